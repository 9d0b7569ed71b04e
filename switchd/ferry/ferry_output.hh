// FerryOutput: what has crossed a link leaves by the interface at its end, in few system calls.
//
// Segments of one super-packet that arrive together leave as one again, so that the kernel handles them as
// few times as the sender's did. Nothing is copied but headers, and packets that the link has changed.
#pragma once

#include <array>
#include <deque>
#include <span>
#include <vector>

#include "switchd/ferry/frame_store.hh"
#include "switchd/link/wire.hh"
#include "switchd/packet_io/tx_batch.hh"

namespace flowbed::sw {

class FerryOutput {
 public:
  static constexpr size_t kMostHeaders = 256;  // bytes, of a packet that was cut

  FerryOutput(FrameStore& frames, int fd) : frames_(frames), fd_(fd) {}

  // In this order; takes over a use of each one's frame. `tx` counts what the kernel took.
  void send(IfIndex to, std::span<const Wire::Delivery> deliveries, Counters& tx);
  void flush();

 private:
  struct Outgoing {
    Packet packet;
    std::span<const uint8_t> rest = {};
  };

  static size_t run_length(std::span<const Wire::Delivery> deliveries);
  Outgoing prepare(const LinkPacket& packet, size_t segments);
  Outgoing whole(uint32_t frame, bool is_marked);
  Outgoing corrupted(const LinkPacket& packet);

  FrameStore& frames_;
  int fd_;
  TxBatch batch_;
  // What waiting messages point at.
  std::array<std::array<uint8_t, kMostHeaders>, TxBatch::kMaxMessages> headers_;
  size_t waiting_ = 0;
  std::deque<std::vector<uint8_t>> changed_;
  std::vector<uint32_t> frames_to_release_;
};

}  // namespace flowbed::sw
