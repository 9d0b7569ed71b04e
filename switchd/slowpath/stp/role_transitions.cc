// Port role transitions and port state transition (17.29, 17.30): from a role to a state, without ever
// closing a loop on the way. A designated port opens when its neighbour has agreed, is no bridge, or had its
// time to object; a root port at once when no former root port forwards any more.
#include <algorithm>

#include "switchd/slowpath/stp/machines.hh"

namespace flowbed::sw {
namespace {

template <class Predicate>
bool all_ports(const RstpState& bridge, Predicate predicate) {
  return std::ranges::all_of(bridge.ports, [&](const auto& entry) { return predicate(entry.second); });
}

// 17.20.3
bool all_synced(const RstpState& bridge) {
  return all_ports(bridge, [](const RstpPort& port) {
    const bool settled = port.selected && port.role == port.selected_role && !port.updt_info;
    return settled && (port.synced || port.role == PortRole::kRoot);
  });
}

// 17.20.10
bool re_rooted(const RstpState& bridge, const RstpPort& except) {
  return all_ports(bridge, [&](const RstpPort& port) { return &port == &except || port.rr_while == 0; });
}

// 17.20.5: with a rapid neighbour, somebody would have objected within a hello time.
uint16_t forward_delay(const RstpPort& port) {
  return port.send_rstp ? port.designated_times.hello_time : port.designated_times.forward_delay;
}

bool set_sync_tree(RstpState& bridge, RstpPort& proposed) {
  for (auto& [number, port] : bridge.ports) port.sync = true;
  proposed.proposed = false;
  return true;
}

bool set_re_root_tree(RstpState& bridge) {
  for (auto& [number, port] : bridge.ports) port.re_root = true;
  return true;
}

bool start_learning(RstpPort& port) {
  port.fd_while = forward_delay(port);
  return port.learn = true;
}

bool start_forwarding(RstpPort& port) {
  port.fd_while = 0;
  return port.forward = true;
}

bool run_disabled(RstpPort& port) {
  const uint16_t max_age = port.designated_times.max_age;
  if (port.fd_while == max_age && !port.sync && !port.re_root && port.synced) return false;
  port.fd_while = max_age;
  port.rr_while = 0;
  port.sync = port.re_root = false;
  return port.synced = true;
}

bool run_root(RstpState& bridge, RstpPort& port) {
  if (port.proposed && !port.agree) return set_sync_tree(bridge, port);
  if ((all_synced(bridge) && !port.agree) || (port.proposed && port.agree)) {
    port.proposed = port.sync = false;
    return port.agree = port.new_info = true;
  }
  if (!port.forward && !port.re_root) return set_re_root_tree(bridge);
  const bool may_go_on = port.fd_while == 0 || (re_rooted(bridge, port) && port.rb_while == 0);
  if (may_go_on && !port.learn) return start_learning(port);
  if (may_go_on && !port.forward) return start_forwarding(port);
  if (port.re_root && port.forward) return !(port.re_root = false);
  if (port.rr_while == port.designated_times.forward_delay) return false;
  port.rr_while = port.designated_times.forward_delay;
  return true;
}

bool propose(RstpPort& port) {
  port.edge_delay_while = kEdgeDelay;
  return port.proposing = port.new_info = true;
}

bool become_synced(RstpPort& port) {
  port.rr_while = 0;
  port.sync = false;
  return port.synced = true;
}

bool close_designated(RstpPort& port) {
  port.learn = port.forward = port.disputed = false;
  port.fd_while = forward_delay(port);
  return true;
}

bool run_designated(RstpPort& port) {
  if (!port.forward && !port.agreed && !port.proposing && !port.oper_edge) return propose(port);
  const bool safe = (!port.learning && !port.forwarding) || port.agreed || port.oper_edge;
  if (port.synced ? port.sync : safe) return become_synced(port);
  if (port.rr_while == 0 && port.re_root) return !(port.re_root = false);
  const bool must_close =
      (port.sync && !port.synced) || (port.re_root && port.rr_while != 0) || port.disputed;
  if (must_close && !port.oper_edge && (port.learn || port.forward)) return close_designated(port);
  const bool may_go_on = (port.fd_while == 0 || port.agreed || port.oper_edge) &&
                         (port.rr_while == 0 || !port.re_root) && !port.sync;
  if (may_go_on && !port.learn) return start_learning(port);
  if (!may_go_on || port.forward) return false;
  port.agreed = port.send_rstp;
  return start_forwarding(port);
}

bool run_alternate(RstpState& bridge, RstpPort& port) {
  if (port.proposed && !port.agree) return set_sync_tree(bridge, port);
  if ((all_synced(bridge) && !port.agree) || (port.proposed && port.agree)) {
    port.proposed = false;
    return port.agree = port.new_info = true;
  }
  const uint16_t delay = forward_delay(port), backup_time = 2 * port.designated_times.hello_time;
  if (port.fd_while != delay || port.sync || port.re_root || !port.synced) {
    port.fd_while = delay;
    port.rr_while = 0;
    port.sync = port.re_root = false;
    return port.synced = true;
  }
  if (port.role != PortRole::kBackup || port.rb_while == backup_time) return false;
  port.rb_while = backup_time;
  return true;
}

bool change_role(RstpPort& port) {
  port.role = port.selected_role;
  if (port.role == PortRole::kRoot) {
    port.rr_while = port.designated_times.forward_delay;
  } else if (port.role != PortRole::kDesignated) {
    port.learn = port.forward = false;
  }
  return true;
}

}  // namespace

bool run_port_role_transitions(RstpState& bridge, RstpPort& port) {
  if (!port.selected || port.updt_info) return false;
  if (port.role != port.selected_role) return change_role(port);
  switch (port.role) {
    case PortRole::kDisabled:
      return run_disabled(port);
    case PortRole::kRoot:
      return run_root(bridge, port);
    case PortRole::kDesignated:
      return run_designated(port);
    case PortRole::kAlternate:
    case PortRole::kBackup:
      return run_alternate(bridge, port);
  }
  return false;
}

bool run_port_state_transition(RstpState& bridge, RstpPort& port) {
  if (port.learning == port.learn && port.forwarding == port.forward) return false;
  port.learning = port.learn;
  port.forwarding = port.forward;
  bridge.effects.changed.push_back(number_of(port.id));
  return true;
}

}  // namespace flowbed::sw
