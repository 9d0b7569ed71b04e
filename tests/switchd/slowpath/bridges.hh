// Bridges for tests, described in few words. Port 2 of s1 is called s1-eth2 and has the kernel index 1002.
#pragma once

#include <string>
#include <vector>

#include "switchd/slowpath/bridge_set.hh"
#include "tests/switchd/packets.hh"

namespace flowbed::sw {

inline std::string port_name(int bridge, int port) {
  return "s" + std::to_string(bridge) + "-eth" + std::to_string(port);
}
inline IfIndex port_index(int bridge, int port) {
  return IfIndex{static_cast<uint32_t>(bridge * 1000 + port)};
}

class BridgeBuilder {
 public:
  explicit BridgeBuilder(int number) : number_(number) {
    config_.name = "s" + std::to_string(number);
    config_.dpid = static_cast<uint64_t>(number);
  }

  BridgeBuilder& port(int n, PortVlans vlans = {}, std::string peer = "") {
    config_.ports.push_back({.number = OfPort{static_cast<uint32_t>(n)},
                             .interface = port_name(number_, n),
                             .name = port_name(number_, n),
                             .ifindex = port_index(number_, n),
                             .vlans = std::move(vlans),
                             .peer = std::move(peer)});
    return *this;
  }
  BridgeBuilder& ports(int from, int to) {
    for (int n = from; n <= to; n++) port(n);
    return *this;
  }
  BridgeBuilder& link(int n, int other_bridge, int other_port, PortVlans vlans = {}) {
    return port(n, std::move(vlans), port_name(other_bridge, other_port));
  }
  BridgeBuilder& mirror(const std::vector<int>& ports, bool in, bool out, int output) {
    MirrorConfig mirror{.ports = {}, .in = in, .out = out, .output = port_name(number_, output)};
    for (const int n : ports) mirror.ports.push_back(port_name(number_, n));
    config_.mirrors.push_back(mirror);
    return *this;
  }
  BridgeBuilder& spanning_tree() {
    config_.stp.emplace();
    return *this;
  }
  const BridgeConfig& config() const { return config_; }

 private:
  int number_;
  BridgeConfig config_;
};

// A pipeline that makes the bridge a normal switch, as the slow path gives it one.
inline void make_normal_switch(Bridge& bridge) {
  if (bridge.pipeline) return;
  bridge.pipeline = std::make_unique<Pipeline>(
      ClassifierOptions{},
      FlowTables::Observer{[](Rule&) {}, [](const Rule&) {}, [](const Rule&, RemovalReason) {}});
  FlowMod normal{.priority = 0};
  normal.instructions.apply.push_back(of::Output{.port = kOfPortNormal});
  bridge.pipeline->tables.apply(normal, {});
}

inline PortVlans access_vlan(uint16_t vlan) { return {.untagged = vlan, .trunks = {}}; }
inline PortVlans trunk(std::vector<uint16_t> vlans) { return {.untagged = {}, .trunks = std::move(vlans)}; }

inline LinkFacts all_links_up(IfIndex) { return {.up = true, .mtu = 1500, .shaped = false}; }

inline FlowKey key_between(PortNo in_port, std::string_view src, std::string_view dst, VlanTag vlan = {}) {
  const Bytes bytes = ethernet(dst, src, 0x0800).zeros(46);
  return extract_flow_key(packet_of(bytes, vlan), in_port);
}

}  // namespace flowbed::sw
