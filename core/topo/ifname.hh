// Interface names: the full ones of a topology, and what the kernel is given for them.
//
// A full name is as long as a person likes ("aggregation-switch-12-eth3"); the kernel holds 15 characters. A
// name that fits is used as it is. A longer one becomes: the beginning of the node's part, six hexadecimal
// digits of the hash of the node's part, and the "-ethN" at its end: "aggrd2b8cf-eth3". So all interfaces of
// one node share their beginning, the number stays readable, and the short form is the same in every run. A
// name without "-ethN" is cut as a whole. Two names with the same short form in one namespace are refused by
// `validate`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace flowbed {

constexpr size_t kMaxKernelName = 15;

std::string kernel_ifname(const std::string& full);

// Of the ferry's interface that faces this end of a link: "f" and twelve hexadecimal digits.
std::string ferry_ifname(std::string_view node, std::string_view interface);

// "h1", 0 → "h1-eth0".
std::string numbered_ifname(std::string_view node, uint32_t number);

// The inverse: "h1", "h1-eth0" → 0; nothing if the name is not of that form.
std::optional<uint32_t> ifname_number(std::string_view node, std::string_view interface);

}  // namespace flowbed
