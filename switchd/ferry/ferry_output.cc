#include "switchd/ferry/ferry_output.hh"

#include <algorithm>
#include <cstring>

#include "switchd/ferry/packet_facts.hh"
#include "switchd/packet/checksum.hh"

namespace flowbed::sw {

void FerryOutput::send(IfIndex to, std::span<const Wire::Delivery> deliveries, Counters& tx) {
  // Both of a double arrive at the same time, and are handed over together.
  for (const Wire::Delivery& delivery : deliveries) {
    if (delivery.is_double) frames_.retain(FramePart::from_id(delivery.packet.id).frame);
  }
  while (!deliveries.empty()) {
    if (waiting_ == TxBatch::kMaxMessages) flush();
    const size_t length = run_length(deliveries);
    const auto [packet, rest] = prepare(deliveries.front().packet, length);
    batch_.add(fd_, to, packet, tx, rest);
    waiting_++;
    const uint32_t frame = FramePart::from_id(deliveries.front().packet.id).frame;
    frames_to_release_.insert(frames_to_release_.end(), length, frame);
    deliveries = deliveries.subspan(length);
  }
}

void FerryOutput::flush() {
  batch_.flush(fd_);
  for (const uint32_t frame : frames_to_release_) frames_.release(frame);
  frames_to_release_.clear();
  changed_.clear();
  waiting_ = 0;
}

// How many of the first ones are neighbouring segments that can leave as one.
size_t FerryOutput::run_length(std::span<const Wire::Delivery> deliveries) {
  const LinkPacket& first = deliveries.front().packet;
  if (FramePart::from_id(first.id).is_whole() || first.corrupted_bit) return 1;
  size_t length = 1;
  const auto follows = [&](const Wire::Delivery& next) {
    return next.packet.id == first.id + length && next.packet.is_marked == first.is_marked &&
           !next.packet.corrupted_bit && !FramePart::from_id(next.packet.id).is_whole();
  };
  while (length < deliveries.size() && follows(deliveries[length])) length++;
  return length;
}

FerryOutput::Outgoing FerryOutput::prepare(const LinkPacket& packet, size_t count) {
  const FramePart part = FramePart::from_id(packet.id);
  if (packet.corrupted_bit) return corrupted(packet);
  if (part.is_whole()) return whole(part.frame, packet.is_marked);
  const Segmenter& cut = frames_.segments(part.frame);
  if (part.segment == 0 && count == cut.count()) return whole(part.frame, packet.is_marked);
  auto [run, payload] = cut.run(part.segment, count, headers_[waiting_]);
  if (packet.is_marked)
    mark_congestion({headers_[waiting_].data(), run.bytes.size()}, frames_.packet(part.frame).bytes);
  return {run, payload};
}

FerryOutput::Outgoing FerryOutput::whole(uint32_t frame, bool is_marked) {
  Packet packet = frames_.packet(frame);
  if (!is_marked) return {packet};
  const size_t size = std::min(packet.bytes.size(), kMostHeaders);
  std::span<uint8_t> headers(headers_[waiting_].data(), size);
  memcpy(headers.data(), packet.bytes.data(), size);
  mark_congestion(headers, packet.bytes);
  const std::span<const uint8_t> rest = packet.bytes.subspan(size);
  packet.bytes = headers;
  return {packet, rest};
}

// Its checksum was right before, so that whoever receives it can tell.
FerryOutput::Outgoing FerryOutput::corrupted(const LinkPacket& link_packet) {
  const FramePart part = FramePart::from_id(link_packet.id);
  Packet packet = frames_.packet(part.frame);
  const auto& cut = part.is_whole() ? nullptr : &frames_.segments(part.frame);
  std::vector<uint8_t>& bytes = changed_.emplace_back(cut ? cut->size(part.segment) : packet.bytes.size());
  if (cut) {
    packet = cut->write(part.segment, bytes);
  } else {
    std::ranges::copy(packet.bytes, bytes.begin());
    if (packet.offload.needs_checksum() && !packet.offload.is_super_packet()) {
      finish_checksum(bytes, packet.offload.csum_start, packet.offload.csum_offset);
      packet.offload = {};
    }
  }
  if (link_packet.is_marked) mark_congestion(bytes, bytes);
  const size_t bit = *link_packet.corrupted_bit % (bytes.size() * 8);
  bytes[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
  packet.bytes = bytes;
  return {packet};
}

}  // namespace flowbed::sw
