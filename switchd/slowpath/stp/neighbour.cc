// Port receive, port protocol migration and bridge detection (17.23 to 17.25): is there a bridge behind the
// port, and which version does it speak?
#include "switchd/slowpath/stp/machines.hh"

namespace flowbed::sw {
namespace {

using Migration = RstpPort::Migration;

bool check_rstp(RstpPort& port) {
  port.migration = Migration::kCheckingRstp;
  port.send_rstp = true;
  port.mdelay_while = kMigrateTime;
  return true;
}

bool sense(RstpPort& port) {
  port.migration = Migration::kSensing;
  port.rcvd_rstp = port.rcvd_stp = false;
  return true;
}

bool select_stp(RstpPort& port) {
  port.migration = Migration::kSelectingStp;
  port.send_rstp = false;
  port.mdelay_while = kMigrateTime;
  return true;
}

bool discard(RstpPort& port) {
  port.rcvd_bpdu = port.rcvd_rstp = port.rcvd_stp = port.rcvd_msg = false;
  port.edge_delay_while = kMigrateTime;
  return true;
}

bool receive(RstpPort& port) {
  (port.message.kind == Bpdu::Kind::kRapid ? port.rcvd_rstp : port.rcvd_stp) = true;
  port.oper_edge = port.rcvd_bpdu = false;
  port.rcvd_msg = true;
  port.edge_delay_while = kMigrateTime;
  return true;
}

}  // namespace

bool run_port_receive(RstpPort& port) {
  if (!port.enabled) return (port.rcvd_bpdu || port.edge_delay_while != kMigrateTime) && discard(port);
  return port.rcvd_bpdu && !port.rcvd_msg && receive(port);
}

bool run_port_protocol_migration(RstpPort& port) {
  switch (port.migration) {
    case Migration::kCheckingRstp:
      if (port.mdelay_while != kMigrateTime && !port.enabled) return check_rstp(port);
      return port.mdelay_while == 0 && sense(port);
    case Migration::kSelectingStp:
      return (port.mdelay_while == 0 || !port.enabled) && sense(port);
    case Migration::kSensing:
      if (!port.enabled || (!port.send_rstp && port.rcvd_rstp)) return check_rstp(port);
      return port.send_rstp && port.rcvd_stp && select_stp(port);
  }
  return false;
}

bool run_bridge_detection(RstpPort& port) {
  if (port.oper_edge) {
    if (port.enabled || port.admin_edge) return false;
  } else {
    const bool nobody_answers = port.edge_delay_while == 0 && port.send_rstp && port.proposing;
    if (!nobody_answers && (port.enabled || !port.admin_edge)) return false;
  }
  port.oper_edge = !port.oper_edge;
  return true;
}

}  // namespace flowbed::sw
