// Messages for tests, as hexadecimal digits with spaces where they help to read.
#pragma once

#include <cctype>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "switchd/openflow/wire.hh"

namespace flowbed::sw {

using ByteString = std::vector<uint8_t>;

inline ByteString from_hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (std::isxdigit(static_cast<unsigned char>(c))) digits += c;
  }
  ByteString bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes.push_back(static_cast<uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
  return bytes;
}

// In groups of four bytes.
inline std::string to_hex(std::span<const uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i++) {
    if (i > 0 && i % 4 == 0) text += ' ';
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

inline std::string tidy_hex(std::string_view text) { return to_hex(from_hex(text)); }

// What is thrown; nothing: it went well.
template <class Function>
std::optional<OfFaultKind> fault_of(Function function) {
  try {
    function();
  } catch (const OfFault& fault) {
    return fault.kind();
  }
  return std::nullopt;
}

}  // namespace flowbed::sw
