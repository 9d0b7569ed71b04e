// Counters of packets and bytes as they are on the wire (see WireSize).
#pragma once

#include <cstdint>

namespace flowbed::sw {

struct Counters {
  uint64_t packets = 0;
  uint64_t bytes = 0;
  uint64_t dropped = 0;  // packets
};

}  // namespace flowbed::sw
