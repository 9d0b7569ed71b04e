#include "switchd/slowpath/normal_switching.hh"

namespace flowbed::sw {
namespace {

constexpr uint16_t kVlanIdBits = 0x0fff, kAllBits = 0xffff;

bool is_multicast(const uint8_t mac[6]) { return mac[0] & 1; }

MacAddress address_of(const uint8_t bytes[6]) {
  MacAddress mac;
  memcpy(mac.bytes.data(), bytes, 6);
  return mac;
}

std::string mac_text(const uint8_t mac[6]) { return address_of(mac).to_string(); }
std::string vlan_text(uint16_t vlan) { return vlan ? " in VLAN " + std::to_string(vlan) : ""; }

}  // namespace

void NormalSwitching::run() {
  if (!visit_.in) return;  // a controller's packet from no port: nowhere to learn it, so nothing to do
  const auto vlan = admitted();
  if (!vlan) return walk_.credit(visit_, visit_.in, Credit::Kind::kRxDropped, state_);
  if (walk_.finds_loop(visit_, index_, *vlan)) return;
  learn(*vlan);
  if (visit_.in->forwarding) return forward(*vlan);
  walk_.say(visit_, [&] { return visit_.in->config.name + " only learns for now (spanning tree): dropped"; });
  walk_.credit(visit_, visit_.in, Credit::Kind::kRxDropped, state_);
}

// The VLAN in which the packet enters the bridge, or nothing if it may not.
std::optional<uint16_t> NormalSwitching::admitted() {
  const BridgePort& in = *visit_.in;
  const auto refuse = [&](const char* why) {
    walk_.say(visit_, [&] { return "comes in at " + in.config.name + ", and is dropped: " + why; });
    return std::nullopt;
  };
  walk_.look_at(state_, field_named("eth_dst"));
  if (is_reserved(packet().eth_dst))
    return refuse("its destination is reserved for the link (01:80:c2:00:00:0x)");
  walk_.depend_on_state(in);
  if (!in.learning) return refuse("the port is discarding (spanning tree)");
  walk_.look_at_tag(state_, kVlanIdBits);
  const auto vlan = admit(in.config.vlans, state_.tag());
  if (!vlan) return refuse("its VLAN is not admitted at this port");
  walk_.say(visit_, [&] { return "comes in at " + in.config.name + vlan_text(*vlan); });
  return vlan;
}

void NormalSwitching::learn(uint16_t vlan) {
  walk_.look_at(state_, field_named("eth_src"));
  if (is_multicast(packet().eth_src) || !visit_.real) return;
  say_learning(vlan);
  walk_.result().learnings.push_back({visit_.in, vlan, address_of(packet().eth_src)});
  walk_.depend_on(dependency_tag(*visit_.bridge, mac_key(vlan, packet().eth_src)));
}

void NormalSwitching::say_learning(uint16_t vlan) const {
  if (!walk_.narrates()) return;
  const MacTable::Entry* entry = visit_.bridge->macs.find(mac_key(vlan, packet().eth_src));
  if (entry && entry->port == visit_.in->number) return;
  const char* how = entry ? " moves to " : " is learned at ";
  walk_.say(visit_,
            [&] { return mac_text(packet().eth_src) + how + visit_.in->config.name + vlan_text(vlan); });
}

void NormalSwitching::forward(uint16_t vlan) {
  const Bridge& bridge = *visit_.bridge;
  if (is_multicast(packet().eth_dst)) return flood(vlan, "is for a group");
  const MacKey destination = mac_key(vlan, packet().eth_dst);
  walk_.depend_on_destination(dependency_tag(bridge, destination));
  const MacTable::Entry* entry = bridge.macs.find(destination);
  BridgePort* to = entry ? walk_.bridges().port(entry->port) : nullptr;
  if (!to || to->mirror_output) return flood(vlan, "is not known");
  if (to == visit_.in) {
    walk_.say(visit_,
              [&] { return mac_text(packet().eth_dst) + " lives where the packet comes from: dropped"; });
    return;
  }
  walk_.say(visit_, [&] { return mac_text(packet().eth_dst) + " lives at " + to->config.name; });
  walk_.depend_on_state(*to);
  leave(*to, vlan);
}

void NormalSwitching::flood(uint16_t vlan, const char* why) {
  walk_.say(visit_, [&] {
    return mac_text(packet().eth_dst) + " " + why + ": flooded to all other ports" + vlan_text(vlan);
  });
  if (visit_.bridge->tree) walk_.depend_on(flood_tag(*visit_.bridge));
  for (const auto& port : visit_.bridge->ports) {
    const bool closed =
        port->mirror_output || !port->link.up || !port->forwarding || (port->flags & kPortNoFlood);
    if (port.get() != visit_.in && !closed && carries(port->config.vlans, vlan)) leave(*port, vlan);
  }
}

// A new tag takes over priority bits.
void NormalSwitching::leave(BridgePort& port, uint16_t vlan) {
  const VlanTag tag = tag_on_output(port.config.vlans, vlan, state_.tag());
  if (tag == state_.tag()) return walk_.leave(visit_, port, state_);
  PacketState changed = state_;
  if (tag.present() && state_.tag().present()) walk_.look_at_tag(state_, kAllBits);
  if (!tag.present()) walk_.look_for_more_tags(state_);
  changed.replace_tag(tag);
  walk_.leave(visit_, port, changed);
}

}  // namespace flowbed::sw
