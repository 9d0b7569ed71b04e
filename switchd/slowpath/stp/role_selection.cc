// Port role selection (17.28): from all that the ports have heard, which bridge is the root, which port leads
// there, and what the others are.
#include <algorithm>
#include <limits>
#include <tuple>

#include "switchd/slowpath/stp/machines.hh"

namespace flowbed::sw {
namespace {

using InfoIs = RstpPort::InfoIs;

uint32_t sum_of_costs(uint32_t a, uint32_t b) {
  return a > std::numeric_limits<uint32_t>::max() - b ? std::numeric_limits<uint32_t>::max() : a + b;
}

// The way to the root through this port, as the standard orders such ways: the port's own id decides last.
std::tuple<PriorityVector, PortId> root_path_of(const RstpPort& port) {
  PriorityVector path = port.port_priority;
  path.root_path_cost = sum_of_costs(path.root_path_cost, port.path_cost);
  return {path, port.id};
}

bool may_lead_to_root(const RstpState& bridge, const RstpPort& port) {
  return port.info_is == InfoIs::kReceived &&
         address_of(port.port_priority.designated_bridge) != address_of(bridge.id);
}

void choose_root(RstpState& bridge) {
  std::tuple best(bridge.bridge_priority(), PortId{});
  bridge.root_times = bridge.bridge_times;
  for (const auto& [number, port] : bridge.ports) {
    if (!may_lead_to_root(bridge, port) || root_path_of(port) >= best) continue;
    best = root_path_of(port);
    bridge.root_times = port.port_times;
    bridge.root_times.message_age++;
  }
  std::tie(bridge.root_priority, bridge.root_port) = best;
}

void set_designated_info(const RstpState& bridge, RstpPort& port) {
  port.designated_priority = {bridge.root_priority.root, bridge.root_priority.root_path_cost, bridge.id,
                              port.id};
  port.designated_times = bridge.root_times;
  port.designated_times.hello_time = bridge.bridge_times.hello_time;
}

PortRole role_of_one_that_heard(const RstpState& bridge, const RstpPort& port) {
  if (port.id == bridge.root_port) return PortRole::kRoot;
  if (port.designated_priority < port.port_priority) return PortRole::kDesignated;
  const bool from_ourselves = address_of(port.port_priority.designated_bridge) == address_of(bridge.id);
  return from_ourselves ? PortRole::kBackup : PortRole::kAlternate;
}

void select_role(const RstpState& bridge, RstpPort& port) {
  set_designated_info(bridge, port);
  switch (port.info_is) {
    case InfoIs::kDisabled:
      port.selected_role = PortRole::kDisabled;
      return;
    case InfoIs::kAged:
      port.selected_role = PortRole::kDesignated;
      port.updt_info = true;
      return;
    case InfoIs::kMine:
      port.selected_role = PortRole::kDesignated;
      port.updt_info |=
          port.port_priority != port.designated_priority || port.port_times != port.designated_times;
      return;
    case InfoIs::kReceived:
      port.selected_role = role_of_one_that_heard(bridge, port);
      port.updt_info = port.selected_role == PortRole::kDesignated;
      return;
  }
}

}  // namespace

bool run_port_role_selection(RstpState& bridge) {
  const auto asks = [](const auto& entry) { return entry.second.reselect; };
  if (std::ranges::none_of(bridge.ports, asks)) return false;
  choose_root(bridge);
  for (auto& [number, port] : bridge.ports) {
    port.reselect = false;
    select_role(bridge, port);
    port.selected = true;
  }
  return true;
}

}  // namespace flowbed::sw
