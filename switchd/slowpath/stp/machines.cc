#include "switchd/slowpath/stp/machines.hh"

namespace flowbed::sw {
namespace {

bool run_once(RstpState& bridge, RstpPort& port) {
  bool moved = run_port_receive(port);
  moved |= run_port_protocol_migration(port);
  moved |= run_bridge_detection(port);
  moved |= run_port_information(port);
  moved |= run_port_role_transitions(bridge, port);
  moved |= run_port_state_transition(bridge, port);
  return moved | run_topology_change(bridge, port);
}

void decide(RstpState& bridge) {
  for (bool moved = true; moved;) {
    moved = false;
    for (auto& [number, port] : bridge.ports) moved |= run_once(bridge, port);
    moved |= run_port_role_selection(bridge);
  }
}

void transmit(RstpState& bridge) {
  for (auto& [number, port] : bridge.ports) {
    while (run_port_transmit(bridge, port)) {
    }
  }
}

}  // namespace

void begin(RstpState& bridge, RstpPort& port) {
  port.oper_edge = port.admin_edge;
  port.edge_delay_while = port.mdelay_while = kMigrateTime;
  port.port_times = port.designated_times = bridge.bridge_times;
  port.hello_when = bridge.bridge_times.hello_time;
  port.fd_while = bridge.bridge_times.max_age;
  port.rr_while = bridge.bridge_times.forward_delay;
}

void run_machines(RstpState& bridge) {
  decide(bridge);
  transmit(bridge);
}

}  // namespace flowbed::sw
