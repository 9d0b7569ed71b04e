// RED (Floyd and Jacobson, 1993): the longer the queue is on average, the more of the packets that come are
// dropped.
#pragma once

#include <deque>

#include "switchd/link/packet_queue.hh"

namespace flowbed::sw {

class RedQueue : public PacketQueue {
 public:
  RedQueue(const QueueSettings& settings, const RedSettings& red, RandomStream& random, DropHandler drop)
      : PacketQueue(settings, std::move(drop)), red_(red), random_(random) {}

  void enqueue(LinkPacket packet, TimePoint now) override;
  std::optional<LinkPacket> dequeue(TimePoint now) override;

 private:
  void update_average(TimePoint now);
  bool is_unlucky();

  RedSettings red_;
  RandomStream& random_;
  std::deque<LinkPacket> waiting_;
  double average_ = 0;   // bytes
  uint64_t spared_ = 0;  // packets since the last unlucky one
  TimePoint last_sent_{};
  Duration packet_time_{};  // that the last one took which did not come alone
};

}  // namespace flowbed::sw
