// Port transmit (17.26): says what is new, and repeats itself every hello time, but never more often than
// tx_count allows.
#include "switchd/slowpath/stp/machines.hh"

namespace flowbed::sw {
namespace {

Bpdu base_bpdu(const RstpPort& port, Bpdu::Kind kind) {
  Bpdu bpdu;
  bpdu.kind = kind;
  bpdu.topology_change = port.tc_while != 0;
  bpdu.priority = port.designated_priority;
  bpdu.times = port.designated_times;
  return bpdu;
}

Bpdu rapid(const RstpPort& port) {
  Bpdu bpdu = base_bpdu(port, Bpdu::Kind::kRapid);
  bpdu.role = port.role;
  bpdu.proposal = port.proposing;
  bpdu.agreement = port.agree;
  bpdu.learning = port.learning;
  bpdu.forwarding = port.forwarding;
  return bpdu;
}

Bpdu configuration(const RstpPort& port) {
  Bpdu bpdu = base_bpdu(port, Bpdu::Kind::kConfiguration);
  bpdu.topology_change_ack = port.tc_ack;
  return bpdu;
}

Bpdu notification() {
  Bpdu bpdu;
  bpdu.kind = Bpdu::Kind::kTopologyChangeNotification;
  return bpdu;
}

bool send(RstpState& bridge, RstpPort& port, const Bpdu& bpdu) {
  bridge.effects.frames.emplace_back(number_of(port.id), write_bpdu(bpdu, address_of(bridge.id)));
  port.new_info = false;
  port.tx_count++;
  port.hello_when = port.designated_times.hello_time;
  return true;
}

bool send_rapid(RstpState& bridge, RstpPort& port) {
  port.tx.rapid++;
  send(bridge, port, rapid(port));
  port.tc_ack = false;
  return true;
}

bool send_configuration(RstpState& bridge, RstpPort& port) {
  port.tx.configuration++;
  send(bridge, port, configuration(port));
  port.tc_ack = false;
  return true;
}

bool send_notification(RstpState& bridge, RstpPort& port) {
  port.tx.notification++;
  return send(bridge, port, notification());
}

bool repeat(RstpPort& port) {
  const bool has_to_say =
      port.role == PortRole::kDesignated || (port.role == PortRole::kRoot && port.tc_while != 0);
  port.new_info |= has_to_say;
  port.hello_when = port.designated_times.hello_time;
  return true;
}

}  // namespace

bool run_port_transmit(RstpState& bridge, RstpPort& port) {
  if (!port.enabled) {
    port.new_info = true;
    port.tx_count = 0;
    port.hello_when = port.designated_times.hello_time;
    return false;
  }
  if (!port.selected || port.updt_info) return false;
  if (port.hello_when == 0) return repeat(port);
  if (!port.new_info || port.tx_count >= kTxHoldCount) return false;
  if (port.send_rstp) return send_rapid(bridge, port);
  if (port.role == PortRole::kRoot) return send_notification(bridge, port);
  return port.role == PortRole::kDesignated && send_configuration(bridge, port);
}

}  // namespace flowbed::sw
