#include "switchd/ferry/frame_store.hh"

namespace flowbed::sw {

std::optional<uint32_t> FrameStore::keep(const Packet& packet) {
  if (bytes_ + packet.bytes.size() > kMostBytes) return {};
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(frames_.size()));
    frames_.push_back(std::make_unique<Frame>());
  }
  const uint32_t number = free_.back();
  free_.pop_back();
  Frame& frame = *frames_[number];
  frame.bytes.assign(packet.bytes.begin(), packet.bytes.end());
  frame.packet = packet;
  frame.packet.bytes = frame.bytes;
  frame.uses = 1;
  if (packet.offload.is_super_packet()) frame.segments.emplace(frame.packet);
  bytes_ += frame.bytes.size() + kFrameCost + kPacketCost;
  return number;
}

void FrameStore::release(uint32_t number) {
  Frame& frame = *frames_[number];
  bytes_ -= kPacketCost;
  if (--frame.uses > 0) return;
  bytes_ -= frame.bytes.size() + kFrameCost;
  frame.segments.reset();
  if (frame.bytes.capacity() > kSmall) std::vector<uint8_t>().swap(frame.bytes);
  free_.push_back(number);
}

}  // namespace flowbed::sw
