// Delivery traces: when a link whose rate varies can send, in the format of mahimahi's mm-link.
//
// A line holds a millisecond, counted from the beginning, at which 1500 bytes can leave; several at the same
// one are several lines. Lines rise; the last one is the period after which all begins again.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace flowbed {

// Throws Error naming the line, the fault and the remedy.
std::vector<uint64_t> parse_delivery_trace(std::string_view text);

}  // namespace flowbed
