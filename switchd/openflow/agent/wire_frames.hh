// A packet as it would be on the wire.
#pragma once

#include <vector>

#include "switchd/packet/packet.hh"

namespace flowbed::sw::ofp {

// With its tag in line and its checksum finished; a super-packet as the packets for which it stands.
std::vector<std::vector<uint8_t>> wire_frames(const Packet& packet);

}  // namespace flowbed::sw::ofp
