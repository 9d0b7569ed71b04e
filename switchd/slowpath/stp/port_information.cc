// Port information (17.27): what the port holds for the best that is known of its LAN: its own, or what a
// neighbour said, for as long as that is repeated.
#include <algorithm>

#include "switchd/slowpath/stp/machines.hh"

namespace flowbed::sw {
namespace {

using InfoIs = RstpPort::InfoIs;

enum class Received { kSuperior, kRepeated, kInferior, kNotDesignated, kOther };

// rcvInfo (17.21.8)
Received classify(const RstpPort& port) {
  const Bpdu& message = port.message;
  if (message.kind == Bpdu::Kind::kTopologyChangeNotification) return Received::kOther;
  if (message.role == PortRole::kDesignated) {
    if (message.priority == port.port_priority && message.times == port.port_times)
      return Received::kRepeated;
    return is_superior(message.priority, port.port_priority) ? Received::kSuperior : Received::kInferior;
  }
  return message.priority >= port.port_priority ? Received::kNotDesignated : Received::kOther;
}

bool is_better_or_same(const RstpPort& port, InfoIs new_info) {
  if (port.info_is != new_info) return false;
  return (new_info == InfoIs::kReceived ? port.message.priority : port.designated_priority) <=
         port.port_priority;
}

void record_proposal(RstpPort& port) {
  if (port.message.kind == Bpdu::Kind::kRapid && port.message.proposal) port.proposed = true;
}

void record_agreement(RstpPort& port) {
  port.agreed = port.message.kind == Bpdu::Kind::kRapid && port.message.agreement;
  if (port.agreed) port.proposing = false;
}

// An inferior one that forwards nevertheless does not hear us: the link passes packets one way only.
void record_dispute(RstpPort& port) {
  if (port.message.kind != Bpdu::Kind::kRapid || !port.message.learning) return;
  port.disputed = true;
  port.agreed = false;
}

void set_tc_flags(RstpPort& port) {
  if (port.message.topology_change) port.rcvd_tc = true;
  if (port.message.topology_change_ack) port.rcvd_tc_ack = true;
  if (port.message.kind == Bpdu::Kind::kTopologyChangeNotification) port.rcvd_tcn = true;
}

void update_rcvd_info_while(RstpPort& port) {
  const bool fresh = port.port_times.message_age + 1 <= port.port_times.max_age;
  port.rcvd_info_while = fresh ? static_cast<uint16_t>(3 * port.port_times.hello_time) : uint16_t{0};
}

void ask_for_roles(RstpPort& port) {
  port.reselect = true;
  port.selected = false;
}

bool disable(RstpPort& port) {
  port.rcvd_msg = port.proposing = port.proposed = port.agree = port.agreed = false;
  port.rcvd_info_while = 0;
  port.info_is = InfoIs::kDisabled;
  ask_for_roles(port);
  return true;
}

bool age(RstpPort& port) {
  port.info_is = InfoIs::kAged;
  ask_for_roles(port);
  return true;
}

bool update(RstpPort& port) {
  port.proposing = port.proposed = false;
  port.agreed = port.agreed && is_better_or_same(port, InfoIs::kMine);
  port.synced = port.synced && port.agreed;
  port.port_priority = port.designated_priority;
  port.port_times = port.designated_times;
  port.updt_info = false;
  port.info_is = InfoIs::kMine;
  return port.new_info = true;
}

void take_superior(RstpPort& port) {
  port.agreed = port.proposing = false;
  record_proposal(port);
  set_tc_flags(port);
  port.agree = port.agree && is_better_or_same(port, InfoIs::kReceived);
  port.port_priority = port.message.priority;
  port.port_times = port.message.times;
  update_rcvd_info_while(port);
  port.info_is = InfoIs::kReceived;
  ask_for_roles(port);
}

void take_repeated(RstpPort& port) {
  record_proposal(port);
  set_tc_flags(port);
  update_rcvd_info_while(port);
}

bool take_message(RstpPort& port) {
  port.message.times.hello_time = std::max<uint16_t>(port.message.times.hello_time, 1);  // recordTimes
  switch (classify(port)) {
    case Received::kSuperior:
      take_superior(port);
      break;
    case Received::kRepeated:
      take_repeated(port);
      break;
    case Received::kInferior:
      record_dispute(port);
      break;
    case Received::kNotDesignated:
      record_agreement(port);
      set_tc_flags(port);
      break;
    case Received::kOther:
      if (port.message.kind == Bpdu::Kind::kTopologyChangeNotification) set_tc_flags(port);
      break;
  }
  port.rcvd_msg = false;
  return true;
}

}  // namespace

bool run_port_information(RstpPort& port) {
  if (port.info_is == InfoIs::kDisabled) {
    if (port.enabled) return age(port);
    return std::exchange(port.rcvd_msg, false);
  }
  if (!port.enabled) return disable(port);
  if (port.updt_info) return port.selected && update(port);
  if (port.info_is == InfoIs::kAged) return false;
  if (port.rcvd_msg) return take_message(port);
  return port.info_is == InfoIs::kReceived && port.rcvd_info_while == 0 && age(port);
}

}  // namespace flowbed::sw
