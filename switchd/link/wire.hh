// Wire: the way of packets that have been sent, to the other end: loss, damage, doubles, delay.
#pragma once

#include <queue>
#include <vector>

#include "switchd/link/jitter.hh"
#include "switchd/link/link_packet.hh"
#include "switchd/link/loss.hh"

namespace flowbed::sw {

class Wire {
 public:
  Wire(const DirectionSettings& settings, RandomStream& random, DropHandler drop);
  Wire(const Wire&) = delete;  // others know its address
  Wire& operator=(const Wire&) = delete;

  // From now on; packets that are on their way arrive as they would have. What stays the same goes on where
  // it was: a pattern, good and bad times.
  void change(const DirectionSettings& settings);
  void send(const LinkPacket& packet, TimePoint now);

  struct Delivery {
    LinkPacket packet;
    TimePoint at;
    bool is_double = false;  // a second one of that which arrived just before
  };
  std::optional<TimePoint> next_delivery() const;
  Delivery take();  // the next one

 private:
  struct Arrival {
    Delivery delivery;
    uint64_t number;  // of those that arrive at the same time, the first one sent comes first
    bool operator>(const Arrival& other) const {
      return std::pair(delivery.at, number) > std::pair(other.delivery.at, other.number);
    }
  };

  TimePoint arrival_time(TimePoint sent);
  bool overtakes();
  void arrive(const LinkPacket& packet, TimePoint at, bool is_double);

  DirectionSettings settings_;
  RandomStream& random_;
  DropHandler drop_;
  LossModel loss_;
  std::optional<Jitter> jitter_;
  CorrelatedChoice duplicate_, corrupt_, reorder_;
  unsigned since_reordered_ = 0;
  TimePoint last_arrival_{};
  uint64_t sent_ = 0;
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> on_their_way_;
};

}  // namespace flowbed::sw
