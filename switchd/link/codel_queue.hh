// CoDel (RFC 8289): packets that leave after a queue has been standing for a while are dropped, ever more
// often until it stands no longer.
#pragma once

#include <deque>

#include "switchd/link/packet_queue.hh"

namespace flowbed::sw {

// Decides for one queue, packet by packet as they leave.
class Codel {
 public:
  explicit Codel(const CodelSettings& settings) : settings_(settings) {}

  // Whether the packet that would leave now, as so many bytes wait behind it, is to be dropped (or marked). A
  // packet that is dropped is followed by the next one, that is asked about at the same time.
  bool drops(const LinkPacket& packet, uint64_t bytes_behind, TimePoint now);
  void note_empty() {
    above_since_.reset();
    is_dropping_ = false;
  }

 private:
  bool stands(const LinkPacket& packet, uint64_t bytes_behind, TimePoint now);
  TimePoint after(TimePoint time) const;  // the next drop

  CodelSettings settings_;
  std::optional<TimePoint> above_since_;  // the sojourn time has been above the target
  bool is_dropping_ = false;
  TimePoint next_drop_{};
  uint64_t drops_ = 0, drops_before_ = 0;  // in this dropping state; as the last one began
};

class CodelQueue : public PacketQueue {
 public:
  CodelQueue(const QueueSettings& settings, const CodelSettings& codel, DropHandler drop)
      : PacketQueue(settings, std::move(drop)), codel_(codel) {}

  void enqueue(LinkPacket packet, TimePoint now) override;
  std::optional<LinkPacket> dequeue(TimePoint now) override;

 private:
  std::deque<LinkPacket> waiting_;
  Codel codel_;
};

}  // namespace flowbed::sw
