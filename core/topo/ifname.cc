#include "core/topo/ifname.hh"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "core/topo/stable_hash.hh"

namespace flowbed {
namespace {

constexpr std::string_view kInfix = "-eth";
constexpr size_t kHashDigits = 6;

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The length of "-ethN" at the end of `name`; 0 where there is none, or none that leaves room for a hash.
size_t suffix_length(std::string_view name) {
  const size_t start = name.rfind(kInfix);
  if (start == std::string_view::npos || !all_digits(name.substr(start + kInfix.size()))) return 0;
  const size_t length = name.size() - start;
  return length + kHashDigits <= kMaxKernelName ? length : 0;
}

std::string hash_digits(std::string_view text) {
  char digits[kHashDigits + 1];
  snprintf(digits, sizeof digits, "%06x", static_cast<unsigned>(stable_hash(text) & 0xffffff));
  return digits;
}

}  // namespace

std::string kernel_ifname(const std::string& full) {
  if (full.size() <= kMaxKernelName) return full;
  const size_t suffix = suffix_length(full);
  const std::string_view front = std::string_view(full).substr(0, full.size() - suffix);
  const size_t room = kMaxKernelName - kHashDigits - suffix;
  return std::string(front.substr(0, room)) + hash_digits(front) + full.substr(front.size());
}

std::string ferry_ifname(std::string_view node, std::string_view interface) {
  char name[kMaxKernelName + 1];
  const uint64_t hash = stable_hash(std::string(node) + " " + std::string(interface));
  snprintf(name, sizeof name, "f%012llx", static_cast<unsigned long long>(hash & 0xffffffffffff));
  return name;
}

std::string numbered_ifname(std::string_view node, uint32_t number) {
  return std::string(node).append(kInfix).append(std::to_string(number));
}

std::optional<uint32_t> ifname_number(std::string_view node, std::string_view interface) {
  if (interface.size() <= node.size() + kInfix.size() || !interface.starts_with(node)) return std::nullopt;
  if (interface.substr(node.size(), kInfix.size()) != kInfix) return std::nullopt;
  const std::string_view digits = interface.substr(node.size() + kInfix.size());
  if (!all_digits(digits) || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  uint32_t number = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return fault == std::errc() && number <= 65535 ? std::optional(number) : std::nullopt;
}

}  // namespace flowbed
