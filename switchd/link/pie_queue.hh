// PIE (RFC 8033): packets that come are dropped with a chance that a controller sets, so that they wait for
// the target time.
#pragma once

#include <deque>

#include "switchd/link/packet_queue.hh"

namespace flowbed::sw {

class PieQueue : public PacketQueue {
 public:
  PieQueue(const QueueSettings& settings, const PieSettings& pie, RandomStream& random, DropHandler drop)
      : PacketQueue(settings, std::move(drop)),
        pie_(pie),
        random_(random),
        burst_left_(pie.burst_allowance) {}

  void enqueue(LinkPacket packet, TimePoint now) override;
  std::optional<LinkPacket> dequeue(TimePoint now) override;

 private:
  void catch_up(TimePoint now);
  void update();
  bool is_unlucky();

  PieSettings pie_;
  RandomStream& random_;
  std::deque<LinkPacket> waiting_;
  std::optional<TimePoint> next_update_;
  double chance_ = 0;
  double accumulated_ = 0;  // chances since the last drop: too early or too late a drop is none (section 5.4)
  Duration delay_{}, delay_before_{};  // that packets have waited
  Duration burst_left_;
};

}  // namespace flowbed::sw
