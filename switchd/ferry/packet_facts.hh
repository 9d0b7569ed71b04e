// What a link's queue wants to know of a packet's headers, and the one thing that it may change in them.
#pragma once

#include <cstdint>
#include <span>

namespace flowbed::sw {

struct PacketFacts {
  uint32_t flow = 0;           // a hash of addresses, protocol and ports
  bool can_be_marked = false;  // its ends understand explicit congestion notification (RFC 3168)
};

PacketFacts facts_of(std::span<const uint8_t> packet);

// Writes "congestion experienced" into a packet that can be marked, or into a copy of its headers. `packet`
// is the whole of it, which says where they are.
void mark_congestion(std::span<uint8_t> headers, std::span<const uint8_t> packet);

}  // namespace flowbed::sw
