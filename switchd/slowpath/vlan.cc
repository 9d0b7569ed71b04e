#include "switchd/slowpath/vlan.hh"

#include <algorithm>

namespace flowbed::sw {
namespace {

bool in_trunks(const PortVlans& port, uint16_t vlan) {
  if (port.trunks) return std::ranges::binary_search(*port.trunks, vlan);
  return !port.untagged;
}

}  // namespace

std::optional<uint16_t> admit(const PortVlans& port, VlanTag tag) {
  const uint16_t vlan = tag.vid() == 0 && port.untagged ? *port.untagged : tag.vid();
  const bool tagged_access = tag.vid() != 0 && port.untagged && !port.trunks;
  if (tagged_access || !carries(port, vlan)) return std::nullopt;
  return vlan;
}

bool carries(const PortVlans& port, uint16_t vlan) { return vlan == port.untagged || in_trunks(port, vlan); }

VlanTag tag_on_output(const PortVlans& port, uint16_t vlan, VlanTag current) {
  if (vlan == port.untagged) return {};
  if (vlan == current.vid()) return current;  // always so for VLAN 0, whose packets come untagged
  const uint16_t priority = current.tci & 0xe000;
  return {kEtherTypeVlan, static_cast<uint16_t>(priority | vlan)};
}

}  // namespace flowbed::sw
