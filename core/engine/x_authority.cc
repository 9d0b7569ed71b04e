#include "core/engine/x_authority.hh"

#include <cstdint>
#include <optional>

namespace flowbed {
namespace {

constexpr std::string_view kAnyFamilyNoAddress{"\xff\xff\0\0", 4};

size_t number_at(std::string_view file, size_t at) {
  return static_cast<uint8_t>(file[at]) * size_t{256} + static_cast<uint8_t>(file[at + 1]);
}

// The end of a counted string at `at`, or nothing if the file ends before it.
std::optional<size_t> end_of_string(std::string_view file, size_t at) {
  if (at + 2 > file.size()) return std::nullopt;
  const size_t end = at + 2 + number_at(file, at);
  return end <= file.size() ? std::optional(end) : std::nullopt;
}

}  // namespace

std::string with_any_hostname(std::string_view file) {
  std::string entries;
  while (file.size() >= 2) {
    const auto address_end = end_of_string(file, 2);
    auto end = address_end;
    for (int i = 0; i < 3 && end; i++) end = end_of_string(file, *end);
    if (!end) break;
    entries += file.substr(0, *end);
    entries += kAnyFamilyNoAddress;
    entries += file.substr(*address_end, *end - *address_end);
    file.remove_prefix(*end);
  }
  return entries;
}

}  // namespace flowbed
