#include "switchd/link/red_queue.hh"

#include <cmath>

namespace flowbed::sw {

// While the queue was empty, as many small packets as could have been sent would have seen it so.
void RedQueue::update_average(TimePoint now) {
  if (empty() && packet_time_.count() > 0) {
    const double missed = static_cast<double>((now - last_sent_) / packet_time_);
    average_ *= std::pow(1 - red_.weight, missed);
  }
  average_ += red_.weight * (static_cast<double>(bytes()) - average_);
}

// Evenly spread rather than by geometric chance: the longer nobody was unlucky, the likelier.
bool RedQueue::is_unlucky() {
  const auto min = static_cast<double>(red_.min), max = static_cast<double>(red_.max);
  if (average_ < min) {
    spared_ = 0;
    return false;
  }
  if (average_ >= max) {
    spared_ = 0;
    return true;
  }
  const double chance = red_.chance * (average_ - min) / (max - min);
  const double spread = static_cast<double>(spared_) * chance;
  const bool unlucky = spread >= 1 || random_.happens(chance / (1 - spread));
  spared_ = unlucky ? 0 : spared_ + 1;
  return unlucky;
}

void RedQueue::enqueue(LinkPacket packet, TimePoint now) {
  update_average(now);
  if (!has_room_for(packet)) return drop(packet, DropCause::kQueueFull, now);
  if (is_unlucky() && !mark(packet)) return drop(packet, DropCause::kEarly, now);
  packet.arrived = now;
  note_enqueued(packet);
  waiting_.push_back(packet);
}

std::optional<LinkPacket> RedQueue::dequeue(TimePoint now) {
  if (waiting_.empty()) return {};
  const LinkPacket packet = waiting_.front();
  waiting_.pop_front();
  note_dequeued(packet);
  if (packet.arrived < last_sent_) packet_time_ = now - last_sent_;
  last_sent_ = now;
  return packet;
}

}  // namespace flowbed::sw
