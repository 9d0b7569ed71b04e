// Numbers of protocols (IANA) and sizes of their headers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace flowbed::sw {

inline constexpr uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kIcmp6 = 58, kSctp = 132;
inline constexpr uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kEsp = 50, kAuthentication = 51,
                         kNoNextHeader = 59, kDestinationOptions = 60;

// The least that each has.
inline constexpr size_t kTcpSize = 20, kUdpSize = 8, kSctpSize = 12, kIcmpSize = 4;

}  // namespace flowbed::sw
