// FrameStore: the bytes of all frames that are on links, each kept once, however many packets it stands for.
//
// A super-packet is one frame; on a link that decides packet by packet, each of its segments goes its own way
// and names the frame and its place in it. The frame stays until the last of them has arrived or is dropped.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "switchd/packet/packet.hh"
#include "switchd/packet/segment.hh"

namespace flowbed::sw {

// Names a packet on a link: a frame, or one segment of it.
struct FramePart {
  static constexpr uint16_t kWhole = 0xffff;

  uint32_t frame = 0;
  uint16_t segment = kWhole;

  static FramePart from_id(uint64_t id) {
    return {static_cast<uint32_t>(id >> 16), static_cast<uint16_t>(id)};
  }
  uint64_t id() const { return uint64_t{frame} << 16 | segment; }
  bool is_whole() const { return segment == kWhole; }
};

class FrameStore {
 public:
  static constexpr size_t kMostBytes = size_t{512} << 20;
  // What a frame and each of its packets take besides the frame's bytes, about.
  static constexpr size_t kFrameCost = 256, kPacketCost = 256;

  // A copy, until it is released once more than it was retained; none: there is no room.
  std::optional<uint32_t> keep(const Packet& packet);
  void retain(uint32_t frame, uint32_t times = 1) {
    frames_[frame]->uses += times;
    bytes_ += times * kPacketCost;
  }
  void release(uint32_t frame);

  // Valid as long as the frame.
  const Packet& packet(uint32_t frame) const { return frames_[frame]->packet; }
  const Segmenter& segments(uint32_t frame) const { return *frames_[frame]->segments; }  // of a super-packet

  size_t bytes() const { return bytes_; }  // with what links themselves keep of packets

 private:
  // Room of a small frame is used again; that of a large one goes back at once.
  static constexpr size_t kSmall = 2048;

  struct Frame {
    std::vector<uint8_t> bytes;
    Packet packet;
    std::optional<Segmenter> segments;
    uint32_t uses = 0;
  };

  std::vector<std::unique_ptr<Frame>> frames_;
  std::vector<uint32_t> free_;
  size_t bytes_ = 0;
};

}  // namespace flowbed::sw
