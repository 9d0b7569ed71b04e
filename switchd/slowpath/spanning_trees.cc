#include "switchd/slowpath/spanning_trees.hh"

namespace flowbed::sw {
namespace {

// Of a bridge: locally administered, and in the order of dpids, so that s1 is the root where nobody says
// otherwise.
MacAddress bridge_address(uint64_t dpid) {
  constexpr uint64_t kPrefix = 0x0a, kBits = 40;
  const uint64_t fits = dpid >> kBits ? mix(dpid, 0) : dpid;
  return MacAddress::from_uint64(kPrefix << kBits | (fits & ((uint64_t{1} << kBits) - 1)));
}

bool is_on(const BridgePort& port) {
  return port.bridge->running && port.link.up && port.link.sends && !port.mirror_output;
}

bool other_end_is_on(const BridgePort& port) {
  return port.config.peer.empty() || (port.peer && is_on(*port.peer));
}

RstpPortConfig wanted_of(const BridgePort& port) {
  constexpr uint64_t kDefaultRate = 1'000'000'000;
  return {.link = static_cast<uint32_t>(to_number(port.config.ifindex)),
          .enabled = is_on(port) && other_end_is_on(port),
          .admin_edge = port.config.peer.empty(),
          .path_cost = path_cost_of(port.config.rate.value_or(kDefaultRate))};
}

RstpConfig wanted_of(const Bridge& bridge) {
  const StpConfig& stp = *bridge.config.stp;
  RstpConfig wanted{.id = make_bridge_id(stp.priority, bridge_address(bridge.config.dpid)),
                    .times = {.message_age = 0,
                              .max_age = stp.max_age,
                              .hello_time = stp.hello_time,
                              .forward_delay = stp.forward_delay},
                    .ports = {}};
  for (const auto& port : bridge.ports)
    wanted.ports[static_cast<uint16_t>(to_number(port->config.number))] = wanted_of(*port);
  return wanted;
}

BridgePort* find_port(const Bridge& bridge, uint16_t number) { return bridge.find_port(OfPort{number}); }

}  // namespace

void SpanningTrees::update(Bridge& bridge) {
  if (!bridge.config.stp) {
    if (!bridge.tree) return;
    bridge.tree.reset();
    return set_states(bridge);
  }
  if (!bridge.tree) bridge.tree.emplace();
  const RstpEffects effects = bridge.tree->configure(wanted_of(bridge));
  set_states(bridge);
  carry_out(bridge, effects);
}

void SpanningTrees::set_states(Bridge& bridge) {
  for (const auto& port : bridge.ports) {
    const RstpPort* state =
        bridge.tree ? bridge.tree->port(static_cast<uint16_t>(to_number(port->config.number))) : nullptr;
    port->learning = !state || state->learning;
    port->forwarding = !state || state->forwarding;
  }
}

void SpanningTrees::receive(BridgePort& port, const Packet& packet) {
  Bridge& bridge = *port.bridge;
  if (!bridge.tree || packet.vlan.present()) return;
  if (const auto bpdu = parse_bpdu(packet.bytes))
    carry_out(bridge, bridge.tree->receive(static_cast<uint16_t>(to_number(port.config.number)), *bpdu));
}

void SpanningTrees::tick(const BridgeSet& bridges) {
  for (const auto& [name, bridge] : bridges.bridges()) {
    if (bridge->tree) carry_out(*bridge, bridge->tree->tick());
  }
}

// First nothing passes any more that must not, then addresses go, and only then the neighbours hear of it.
void SpanningTrees::carry_out(Bridge& bridge, const RstpEffects& effects) {
  for (const uint16_t number : effects.changed) {
    BridgePort* port = find_port(bridge, number);
    if (!port) continue;
    port->learning = bridge.tree->port(number)->learning;
    port->forwarding = bridge.tree->port(number)->forwarding;
    changes_++;
    actions_.state_changed(*port);
  }
  for (const uint16_t number : effects.flush) {
    if (BridgePort* port = find_port(bridge, number)) actions_.forget_addresses(*port);
  }
  for (const auto& [number, frame] : effects.frames) {
    if (const BridgePort* port = find_port(bridge, number)) actions_.send(*port, frame);
  }
}

std::vector<std::string> ports_in_transition(const BridgeSet& bridges) {
  std::vector<std::string> names;
  for (const auto& [name, bridge] : bridges.bridges()) {
    if (!bridge->tree) continue;
    for (const auto& port : bridge->ports) {
      if (port->link.up && !port->link.sends) names.push_back(port->config.name);
    }
    for (const uint16_t number : bridge->tree->ports_in_transition()) {
      if (const BridgePort* port = find_port(*bridge, number)) names.push_back(port->config.name);
    }
  }
  return names;
}

}  // namespace flowbed::sw
