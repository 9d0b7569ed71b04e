// VLANs at a port: which packets may enter and in what VLAN, and what tag they carry when they leave.
//
// Inside a bridge every packet has a VLAN, 1 … 4094, or 0 for packets without one. IEEE 802.1Q, simplified as
// in Open vSwitch's NORMAL action: a tag with VLAN id 0 only carries a priority, and its packet counts as
// untagged.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "switchd/packet/packet.hh"

namespace flowbed::sw {

struct PortVlans {
  std::optional<uint16_t> untagged;  // the VLAN of untagged packets: an access port, or a trunk's native VLAN
  std::optional<std::vector<uint16_t>> trunks;  // tagged VLANs, ascending; 0 in it: untagged packets as well
  // Neither: everything passes, tagged or not, as it is.

  bool operator==(const PortVlans&) const = default;
};

// The VLAN of a packet that enters with this tag; nothing: it may not enter.
std::optional<uint16_t> admit(const PortVlans& port, VlanTag tag);
bool carries(const PortVlans& port, uint16_t vlan);
// The tag with which a packet of `vlan`, that has tag `current` now, leaves by a port that carries the VLAN.
// Priority bits are kept where a tag is kept or changed.
VlanTag tag_on_output(const PortVlans& port, uint16_t vlan, VlanTag current);

}  // namespace flowbed::sw
