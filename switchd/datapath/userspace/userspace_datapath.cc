#include "switchd/datapath/userspace/userspace_datapath.hh"

namespace flowbed::sw {

void UserspaceDatapath::receive(std::span<ReceivedPacket> burst, TimePoint now) {
  for (size_t i = 0; i < burst.size(); i++) prepare(burst[i], pending_[i]);
  for (size_t i = 0; i < burst.size(); i++) {
    if (pending_[i].port) cache_.emc().prefetch_entry(pending_[i].hash);
  }
  for (size_t i = 0; i < burst.size(); i++) {
    if (pending_[i].port) forward(burst[i].packet, pending_[i], now);
  }
  output_.flush();
}

void UserspaceDatapath::prepare(ReceivedPacket& received, Pending& pending) {
  DatapathPort* port = pending.port = ports_.by_index(received.from);
  if (!port) return;
  Packet& packet = received.packet;
  packet.wire = wire_size(packet);
  if (packet.wire.largest_l3 > port->spec.mtu) {
    port->statistics.rx.dropped += packet.wire.packets;
    pending.port = nullptr;
    return;
  }
  pending.key = extract_flow_key(packet, port->number);
  pending.hash = hash_of(pending.key);
  cache_.emc().prefetch(pending.hash);
}

void UserspaceDatapath::forward(const Packet& packet, const Pending& pending, TimePoint now) {
  PortStatistics& statistics = pending.port->statistics;
  statistics.rx.packets += packet.wire.packets;
  statistics.rx.bytes += packet.wire.bytes;
  const FlowCache::Hit hit = cache_.find(pending.key, pending.hash);
  if (!hit.flow) {
    statistics.upcalls++;
    if (upcall_) upcall_({pending.key, packet, now});
    return;
  }
  (hit.answer == CacheAnswer::kEmc ? statistics.emc_hits : statistics.megaflow_hits)++;
  hit.flow->statistics.packets += packet.wire.packets;
  hit.flow->statistics.bytes += packet.wire.bytes;
  hit.flow->statistics.used = now;
  execute(packet, *hit.flow->actions);
}

void UserspaceDatapath::execute(const Packet& packet, const ActionList& actions) {
  Packet current = packet;
  for (const Action& action : actions) {
    switch (action.kind) {
      case Action::Kind::kOutput:
        output(current, action.port);
        break;
      case Action::Kind::kPushVlan:
        set_vlan(current, {action.tpid, static_cast<uint16_t>(action.tci)});
        break;
      case Action::Kind::kPopVlan:
        set_vlan(current, {});
        break;
    }
  }
}

void UserspaceDatapath::output(const Packet& packet, PortNo to) {
  DatapathPort* port = ports_.by_number(to);
  if (!port) return;
  if (packet.wire.largest_l3 > port->spec.mtu) {
    port->statistics.tx.dropped += packet.wire.packets;
    return;
  }
  output_.send(port->spec.ifindex, packet, port->statistics.tx);
}

void UserspaceDatapath::send(PortNo port, std::span<const uint8_t> frame) {
  Packet packet{.bytes = frame, .vlan = {}, .offload = {}, .wire = {}};
  packet.wire = wire_size(packet);
  output(packet, port);
  output_.flush();
}

void UserspaceDatapath::put_port(PortNo port, const PortSpec& spec) {
  output_.attach(spec.ifindex);
  ports_.put(port, spec);
}

PortStatistics UserspaceDatapath::port_statistics(PortNo port) const {
  const DatapathPort* found = ports_.by_number(port);
  return found ? found->statistics : PortStatistics{};
}

}  // namespace flowbed::sw
