// What a controller changes.
#include "switchd/openflow/agent/ports.hh"
#include "switchd/openflow/agent/request_run.hh"
#include "switchd/openflow/agent/tables.hh"

namespace flowbed::sw::ofp {

void RequestRun::require_no_slave() const {
  if (session_.is_slave())
    throw OfFault(OfFaultKind::kIsSlave, "this controller is a slave, which changes nothing");
}

void RequestRun::operator()(const PacketOut& packet_out) {
  require_no_slave();
  PacketOut packet = packet_out;
  if (packet.buffer != kNoBuffer) {
    sw::check(packet, *bridge_.pipeline);  // before the buffer is empty
    packet.frame = session_.buffers.take(packet.buffer).frame;
  }
  emit(std::move(packet));
}

void RequestRun::emit(PacketOut packet_out) {
  if (packets_wait_) {
    waiting_packets_.push_back(std::move(packet_out));
  } else {
    slow_path_.packet_out(bridge_, packet_out, now_);
  }
}

// A packet that is named goes through the tables, as they are then (OpenFlow 1.3.5, 7.3.4.1).
void RequestRun::operator()(const FlowMod& mod) {
  require_no_slave();
  slow_path_.programs().apply(bridge_, mod, now_);
  if (mod.buffer == kNoBuffer || mod.command > FlowMod::Command::kModifyStrict) return;
  PacketBuffers::Buffered packet = session_.buffers.take(mod.buffer);
  emit({.in_port = packet.in_port,
        .actions = {of::Output{.port = kOfPortTable}},
        .frame = std::move(packet.frame)});
}

void RequestRun::operator()(const GroupMod& mod) {
  require_no_slave();
  slow_path_.programs().apply(bridge_, mod, now_);
  agent_.forward({mod}, connection_);
}

void RequestRun::operator()(const MeterMod& mod) {
  require_no_slave();
  slow_path_.programs().apply(bridge_, mod, now_);
  agent_.forward({mod}, connection_);
}

void RequestRun::operator()(const PortMod& mod) {
  require_no_slave();
  apply(mod, bridge_, slow_path_);
  agent_.ports_changed(now_);
}

void RequestRun::operator()(const TableMod& mod) {
  require_no_slave();
  apply(mod, bridge_.pipeline->tables);
}

}  // namespace flowbed::sw::ofp
