#include "switchd/link/codel_queue.hh"

#include <cmath>

namespace flowbed::sw {
namespace {
constexpr uint64_t kLargestPacket = 1514;  // fewer bytes than that are no standing queue
constexpr int kRecently = 16;              // intervals: a new dropping state goes on where the last one was
}  // namespace

bool Codel::stands(const LinkPacket& packet, uint64_t bytes_behind, TimePoint now) {
  if (now - packet.arrived < settings_.target || bytes_behind <= kLargestPacket) {
    above_since_.reset();
    return false;
  }
  if (!above_since_) above_since_ = now;
  return now - *above_since_ >= settings_.interval;
}

TimePoint Codel::after(TimePoint time) const {
  const double interval = static_cast<double>(settings_.interval.count());
  return time + Duration(static_cast<int64_t>(interval / std::sqrt(static_cast<double>(drops_))));
}

bool Codel::drops(const LinkPacket& packet, uint64_t bytes_behind, TimePoint now) {
  const bool standing = stands(packet, bytes_behind, now);
  if (is_dropping_) {
    if (!standing) {
      is_dropping_ = false;
      return false;
    }
    if (now < next_drop_) return false;
    drops_++;
    next_drop_ = after(next_drop_);
    return true;
  }
  if (!standing) return false;
  is_dropping_ = true;
  const uint64_t since = drops_ - drops_before_;
  drops_ = since > 1 && now - next_drop_ < kRecently * settings_.interval ? since : 1;
  drops_before_ = drops_;
  next_drop_ = after(now);
  return true;
}

void CodelQueue::enqueue(LinkPacket packet, TimePoint now) {
  if (!has_room_for(packet)) return drop(packet, DropCause::kQueueFull, now);
  packet.arrived = now;
  note_enqueued(packet);
  waiting_.push_back(packet);
}

std::optional<LinkPacket> CodelQueue::dequeue(TimePoint now) {
  while (!waiting_.empty()) {
    LinkPacket packet = waiting_.front();
    waiting_.pop_front();
    note_dequeued(packet);
    if (!codel_.drops(packet, bytes(), now) || mark(packet)) return packet;
    drop(packet, DropCause::kEarly, now);
  }
  codel_.note_empty();
  return {};
}

}  // namespace flowbed::sw
