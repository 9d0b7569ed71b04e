#include "switchd/datapath/userspace/userspace_datapath.hh"

#include <algorithm>

#include "switchd/flow/set_chunk.hh"

namespace flowbed::sw {
namespace {

// The kernel cannot cut a super-packet with such headers, and a meter judges what a wire would carry.
bool needs_segments(const Action& action, const Packet& packet) {
  const bool whole_is_wrong = action.kind == Action::Kind::kMeter || action.kind == Action::Kind::kPushMpls ||
                              action.kind == Action::Kind::kPushPbb;
  return whole_is_wrong && packet.offload.is_super_packet();
}

}  // namespace

void UserspaceDatapath::receive(std::span<ReceivedPacket> burst, TimePoint now) {
  receiving_ = true;
  for (size_t i = 0; i < burst.size(); i++) prepare(burst[i], pending_[i]);
  for (size_t i = 0; i < burst.size(); i++) {
    if (pending_[i].port) cache_.emc().prefetch_entry(pending_[i].hash);
  }
  for (size_t i = 0; i < burst.size(); i++) {
    if (pending_[i].port) forward(burst[i].packet, pending_[i], now);
  }
  receiving_ = false;
  output_.flush();
  edits_.clear();
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
  recirculations_ = 0;
  const FlowCache::Hit hit = cache_.find(pending.key, pending.hash);
  if (!hit.flow) {
    statistics.upcalls++;
    if (upcall_) upcall_({pending.key, packet, now});
    return;
  }
  (hit.answer == CacheAnswer::kEmc ? statistics.emc_hits : statistics.megaflow_hits)++;
  PacketEditor editor(packet, edits_);
  run_flow(editor, *hit.flow, {pending.port->number, now});
  if (edits_.is_crowded()) edits_.give_back({});
}

void UserspaceDatapath::run_flow(PacketEditor& packet, Flow& flow, const Context& context) {
  flow.statistics.packets += packet.packet().wire.packets;
  flow.statistics.bytes += packet.packet().wire.bytes;
  flow.statistics.used = context.now;
  if (!flow.hands_over) return run(packet, *flow.actions, context);
  const SharedActions keep = flow.actions;
  run(packet, *keep, context);
}

// Nested no deeper than the recirculation or the punt that led here: a packet that the slow path decides
// upon shall get as far as one that a cached flow answers for.
void UserspaceDatapath::execute(const Packet& packet, const ActionList& actions, const Context& context) {
  if (!receiving_ && nesting_ == 0) recirculations_ = 0;
  const EditMemory::Mark mark = edits_.mark();
  PacketEditor editor(packet, edits_);
  run(editor, actions, context);
  if (receiving_ || nesting_ > 0) {
    if (edits_.is_crowded()) edits_.give_back(mark);
    return;
  }
  output_.flush();
  edits_.clear();
}

void UserspaceDatapath::run(PacketEditor& packet, std::span<const Action> actions, const Context& context) {
  for (size_t i = 0; i < actions.size(); i++) {
    const Action& action = actions[i];
    switch (action.kind) {
      case Action::Kind::kOutput:
        output(packet.lend(), action.port);
        break;
      case Action::Kind::kPushVlan:
        packet.push_vlan({action.type, static_cast<uint16_t>(action.number)});
        break;
      case Action::Kind::kPopVlan:
        packet.pop_vlan();
        break;
      case Action::Kind::kClone: {
        const size_t count = std::min<size_t>(action.number, actions.size() - i - 1);
        run_nested(packet.copy(), actions.subspan(i + 1, count), context);
        i += count;
        break;
      }
      case Action::Kind::kRecirculate: {
        const bool last = i + 1 == actions.size();
        recirculate(last ? packet : packet.copy(), static_cast<uint16_t>(action.number), context);
        break;
      }
      default:
        if (needs_segments(action, packet.packet())) {
          return run_on_segments(packet, actions.subspan(i), context);
        }
        if (!run_one(packet, action, context)) return;
    }
  }
}

// False: the packet ends here.
bool UserspaceDatapath::run_one(PacketEditor& packet, const Action& action, const Context& context) {
  switch (action.kind) {
    case Action::Kind::kMeter:
      return passes_meter(packet, action.number, context);
    case Action::Kind::kPunt:
      punt(packet, action.number, context);
      return true;
    case Action::Kind::kSample:
      if (sample_) sample_(action.number, packet.packet(), context.now);
      return true;
    case Action::Kind::kPushMpls:
      packet.push_mpls(action.type, action.number);
      return true;
    case Action::Kind::kPopMpls:
      packet.pop_mpls(action.type);
      return true;
    case Action::Kind::kPushPbb:
      packet.push_pbb(action.number);
      return true;
    case Action::Kind::kPopPbb:
      packet.pop_pbb();
      return true;
    case Action::Kind::kCopyTtlOut:
      packet.copy_ttl_out();
      return true;
    case Action::Kind::kCopyTtlIn:
      packet.copy_ttl_in();
      return true;
    default:
      set_chunk(packet, action);
      return true;
  }
}

// Memory that the actions took for copies is free again afterwards: right away if it has become scarce, else
// with all the rest.
void UserspaceDatapath::run_nested(PacketEditor packet, std::span<const Action> actions,
                                   const Context& context) {
  if (nesting_ == kMaxNesting) return drop(packet.packet(), context);
  const EditMemory::Mark mark = edits_.mark();
  nesting_++;
  run(packet, actions, context);
  nesting_--;
  if (edits_.is_crowded()) edits_.give_back(mark);
}

void UserspaceDatapath::run_on_segments(PacketEditor& packet, std::span<const Action> actions,
                                        const Context& context) {
  const Segmenter cut(packet.packet());
  if (cut.count() == 0) return drop(packet.packet(), context);
  for (size_t i = 0; i < cut.count(); i++) {
    const EditMemory::Mark mark = edits_.mark();
    PacketEditor segment = packet.segment(cut, i);
    run(segment, actions, context);
    if (edits_.is_crowded()) edits_.give_back(mark);
  }
}

bool UserspaceDatapath::passes_meter(PacketEditor& packet, uint32_t id, const Context& context) {
  if (!meter_) return true;
  const MeterVerdict verdict = meter_(id, packet.packet().wire, context.now);
  if (verdict.pass && verdict.raise_drop_precedence)
    packet.raise_drop_precedence(verdict.raise_drop_precedence);
  return verdict.pass;
}

void UserspaceDatapath::recirculate(PacketEditor packet, uint16_t id, const Context& context) {
  if (nesting_ == kMaxNesting || recirculations_ == kMaxRecirculations) return drop(packet.packet(), context);
  recirculations_++;
  const FlowKey key = extract_flow_key(packet.packet(), context.in_port, id);
  const EditMemory::Mark mark = edits_.mark();
  nesting_++;
  if (Flow* flow = cache_.find(key, hash_of(key)).flow) {
    run_flow(packet, *flow, context);
  } else if (upcall_) {
    upcall_({key, packet.lend(), context.now});
  }
  nesting_--;
  if (edits_.is_crowded()) edits_.give_back(mark);
}

// Whoever gets the packet may send it back in here at once, and so on.
void UserspaceDatapath::punt(PacketEditor& packet, uint32_t id, const Context& context) {
  if (!punt_) return;
  if (nesting_ == kMaxNesting) return drop(packet.packet(), context);
  nesting_++;
  punt_(id, packet.lend(), context.in_port, context.now);
  nesting_--;
}

void UserspaceDatapath::drop(const Packet& packet, const Context& context) {
  if (DatapathPort* port = ports_.by_number(context.in_port)) {
    port->statistics.rx.dropped += packet.wire.packets;
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
