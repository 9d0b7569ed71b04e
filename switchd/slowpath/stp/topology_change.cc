// Topology change (17.31): after a port has begun to forward, addresses may live elsewhere; all bridges are
// told, and forget what they have learned but on the port where the news came in.
#include <algorithm>

#include "switchd/slowpath/stp/machines.hh"

namespace flowbed::sw {
namespace {

using TopologyChange = RstpPort::TopologyChange;

bool is_active_role(const RstpPort& port) {
  return port.role == PortRole::kRoot || port.role == PortRole::kDesignated;
}

void count_change(RstpState& bridge) {
  const bool first =
      std::ranges::all_of(bridge.ports, [](const auto& entry) { return entry.second.tc_while == 0; });
  if (first) bridge.topology_changes++;
  bridge.seconds_since_change = 0;
}

// newTcWhile (17.21.7)
void start_tc_while(RstpState& bridge, RstpPort& port) {
  if (port.tc_while != 0) return;
  count_change(bridge);
  if (port.send_rstp) {
    port.tc_while = static_cast<uint16_t>(port.designated_times.hello_time + 1);
    port.new_info = true;
  } else {
    port.tc_while = static_cast<uint16_t>(bridge.root_times.max_age + bridge.root_times.forward_delay);
  }
}

void tell_others(RstpState& bridge, const RstpPort& except) {
  for (auto& [number, port] : bridge.ports) {
    if (&port != &except) port.tc_prop = true;
  }
}

void flush(RstpState& bridge, const RstpPort& port) { bridge.effects.flush.push_back(number_of(port.id)); }

bool forget_news(RstpPort& port) {
  port.rcvd_tc = port.rcvd_tcn = port.rcvd_tc_ack = port.tc_prop = false;
  return true;
}

bool has_news(const RstpPort& port) {
  return port.rcvd_tc || port.rcvd_tcn || port.rcvd_tc_ack || port.tc_prop;
}

bool become_inactive(RstpState& bridge, RstpPort& port) {
  flush(bridge, port);
  port.tc_while = 0;
  port.tc_ack = false;
  port.topology_change = TopologyChange::kInactive;
  return true;
}

bool detect(RstpState& bridge, RstpPort& port) {
  start_tc_while(bridge, port);
  tell_others(bridge, port);
  port.topology_change = TopologyChange::kActive;
  return port.new_info = true;
}

bool take_notice(RstpState& bridge, RstpPort& port) {
  if (port.rcvd_tcn) start_tc_while(bridge, port);
  port.rcvd_tc = port.rcvd_tcn = false;
  if (port.role == PortRole::kDesignated) port.tc_ack = true;
  bridge.seconds_since_change = 0;
  tell_others(bridge, port);
  return true;
}

// While tc_while runs, the standard leaves a second change to the next hello; meanwhile packets would go
// where addresses lived before. So it is told at once, as long as that takes no more than half of what may be
// sent.
bool propagate(RstpState& bridge, RstpPort& port) {
  start_tc_while(bridge, port);
  if (port.send_rstp && port.tx_count < kTxHoldCount / 2) port.new_info = true;
  flush(bridge, port);
  port.tc_prop = false;
  return true;
}

bool acknowledge(RstpPort& port) {
  port.tc_while = 0;
  port.rcvd_tc_ack = false;
  return true;
}

bool run_learning(RstpState& bridge, RstpPort& port) {
  if (is_active_role(port) && port.forward && !port.oper_edge) return detect(bridge, port);
  if (has_news(port)) return forget_news(port);
  return !is_active_role(port) && !port.learn && !port.learning && become_inactive(bridge, port);
}

bool run_active(RstpState& bridge, RstpPort& port) {
  if (!is_active_role(port) || port.oper_edge) {
    port.topology_change = TopologyChange::kLearning;
    return forget_news(port);
  }
  if (port.rcvd_tcn || port.rcvd_tc) return take_notice(bridge, port);
  if (port.tc_prop) return propagate(bridge, port);
  return port.rcvd_tc_ack && acknowledge(port);
}

}  // namespace

bool run_topology_change(RstpState& bridge, RstpPort& port) {
  switch (port.topology_change) {
    case TopologyChange::kInactive:
      if (!port.learn) return has_news(port) && forget_news(port);
      port.topology_change = TopologyChange::kLearning;
      return forget_news(port);
    case TopologyChange::kLearning:
      return run_learning(bridge, port);
    case TopologyChange::kActive:
      return run_active(bridge, port);
  }
  return false;
}

}  // namespace flowbed::sw
