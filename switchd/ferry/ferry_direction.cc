#include "switchd/ferry/ferry_direction.hh"

namespace flowbed::sw {
namespace {

// The kernel's own have fewer: 64 KiB, and no segment smaller than TCP's least.
constexpr size_t kMostSegments = 1024;

bool decides_by_packet(const DirectionSettings& settings) {
  return !std::holds_alternative<std::monostate>(settings.rate) ||
         !std::holds_alternative<std::monostate>(settings.loss) || settings.jitter || settings.duplicate ||
         settings.corrupt || settings.reorder;
}

}  // namespace

FerryDirection::FerryDirection(FrameStore& frames, IfIndex to, const DirectionSettings& settings,
                               TimePoint now)
    : frames_(frames),
      to_(to),
      cuts_(decides_by_packet(settings)),
      link_(settings, now, [this](const LinkPacket& packet, DropCause, TimePoint) {
        frames_.release(FramePart::from_id(packet.id).frame);
      }) {}

// What is on its way stays so for good.
FerryDirection::~FerryDirection() {
  link_.report_to(nullptr);
  for (const Wire::Delivery& delivery : link_.advance(TimePoint::max())) {
    if (!delivery.is_double) frames_.release(FramePart::from_id(delivery.packet.id).frame);
  }
}

void FerryDirection::change(const DirectionSettings& settings, TimePoint now) {
  cuts_ = decides_by_packet(settings);
  link_.change(settings, now);
}

void FerryDirection::receive(Packet packet, TimePoint at) {
  packet.wire = wire_size(packet);
  const auto frame = frames_.keep(packet);
  if (!frame) {
    counters_.no_room += packet.wire.packets;
    return;
  }
  const PacketFacts facts = facts_of(packet.bytes);
  const size_t segments = cuts_ && packet.offload.is_super_packet() ? frames_.segments(*frame).count() : 0;
  if (segments > kMostSegments ||
      (segments > 0 && frames_.segments(*frame).header_size() > FerryOutput::kMostHeaders)) {
    counters_.malformed += packet.wire.packets;
    return frames_.release(*frame);
  }
  if (segments == 0) {
    arrive({.frame = *frame}, packet.wire.bytes, packet.wire.packets, facts, at);
    return;
  }
  frames_.retain(*frame, static_cast<uint32_t>(segments) - 1);
  const size_t tag = packet.vlan.present() ? kVlanTagSize : 0;
  for (size_t n = 0; n < segments; n++) {
    const uint64_t bytes = frames_.segments(*frame).size(n) + tag;
    arrive({.frame = *frame, .segment = static_cast<uint16_t>(n)}, bytes, 1, facts, at);
  }
}

void FerryDirection::advance(TimePoint now, FerryOutput& output) {
  const LinkCounters before = link_.counters();
  const std::vector<Wire::Delivery> arrived = link_.advance(now);
  const LinkCounters& after = link_.counters();
  meter_.note(after.delivered - before.delivered, after.delivered_bytes - before.delivered_bytes, now);
  const TimePoint leaving = monotonic_now();
  for (const Wire::Delivery& delivery : arrived) lateness_.note(leaving - delivery.at);
  output.send(to_, arrived, counters_.sent);
}

void FerryDirection::arrive(FramePart part, uint64_t bytes, uint32_t packets, const PacketFacts& facts,
                            TimePoint at) {
  LinkPacket packet{.id = part.id(),
                    .bytes = static_cast<uint32_t>(bytes),
                    .packets = packets,
                    .flow = facts.flow,
                    .can_be_marked = facts.can_be_marked};
  link_.arrive(packet, at);
}

}  // namespace flowbed::sw
