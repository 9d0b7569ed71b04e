#include "switchd/control/verb_stp.hh"

namespace flowbed::sw {
namespace {

const char* name_of(PortRole role) {
  switch (role) {
    case PortRole::kDisabled:
      return "disabled";
    case PortRole::kAlternate:
      return "alternate";
    case PortRole::kBackup:
      return "backup";
    case PortRole::kRoot:
      return "root";
    case PortRole::kDesignated:
      break;
  }
  return "designated";
}

const char* state_of(const RstpPort& port) {
  return port.forwarding ? "forwarding" : port.learning ? "learning" : "discarding";
}

Json to_json(const BpduCounters& counters) {
  return {{"rapid", counters.rapid},
          {"configuration", counters.configuration},
          {"notification", counters.notification}};
}

Json describe_port(const BridgePort& port, const RstpPort& tree) {
  return {{"name", port.config.name},
          {"number", to_number(port.config.number)},
          {"role", name_of(tree.role)},
          {"state", state_of(tree)},
          {"cost", tree.path_cost},
          {"edge", tree.oper_edge},
          {"protocol", tree.send_rstp ? "rstp" : "stp"},
          {"designated_bridge", to_string(tree.port_priority.designated_bridge)},
          {"designated_port", number_of(tree.port_priority.designated_port)},
          {"rx", to_json(tree.rx)},
          {"tx", to_json(tree.tx)},
          {"rx_ignored", tree.rx_ignored}};
}

Json describe_tree(const Bridge& bridge, const RstpState& tree) {
  const BridgePort* root_port = bridge.find_port(OfPort{number_of(tree.root_port)});
  return {{"bridge_id", to_string(tree.id)},
          {"root_id", to_string(tree.root_priority.root)},
          {"root_port", root_port ? Json(root_port->config.name) : Json()},
          {"root_path_cost", tree.root_priority.root_path_cost},
          {"hello_time_s", tree.root_times.hello_time},
          {"max_age_s", tree.root_times.max_age},
          {"forward_delay_s", tree.root_times.forward_delay},
          {"topology_changes", tree.topology_changes},
          {"since_change_s", tree.seconds_since_change}};
}

}  // namespace

Json describe_stp(const Bridge& bridge) {
  Json answer = {{"switch", bridge.config.name}, {"on", bridge.tree.has_value()}};
  if (!bridge.tree) return answer;
  answer.update(describe_tree(bridge, bridge.tree->state()));
  Json& ports = answer["ports"] = Json::array();
  for (const auto& port : bridge.ports) {
    const auto number = static_cast<uint16_t>(to_number(port->config.number));
    if (const RstpPort* tree = bridge.tree->port(number)) ports.push_back(describe_port(*port, *tree));
  }
  return answer;
}

}  // namespace flowbed::sw
