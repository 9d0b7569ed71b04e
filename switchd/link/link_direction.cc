#include "switchd/link/link_direction.hh"

#include <algorithm>
#include <cmath>

#include "core/base/overloaded.hh"

namespace flowbed::sw {
namespace {

bool is_same(const Capacity& a, const Capacity& b) {
  using Trace = std::shared_ptr<const DeliveryTrace>;
  const Trace *of_a = std::get_if<Trace>(&a), *of_b = std::get_if<Trace>(&b);
  return of_a != nullptr && of_b != nullptr ? **of_a == **of_b : a == b;
}

}  // namespace

LinkDirection::LinkDirection(const DirectionSettings& settings, TimePoint now, DropHandler drop)
    : drop_(std::move(drop)),
      seed_(settings.seed),
      queue_random_(~settings.seed),
      wire_random_(settings.seed),
      queue_settings_(settings.queue),
      queue_(make_queue_for(settings.queue)),
      capacity_(settings.rate),
      capacity_since_(now),
      server_(make_server({})),
      wire_(settings, wire_random_,
            [this](const auto& packet, DropCause cause, TimePoint at) { note_drop(packet, cause, at); }) {}

std::unique_ptr<PacketQueue> LinkDirection::make_queue_for(const QueueSettings& settings) {
  return make_queue(settings, queue_random_, [this](const auto& packet, DropCause cause, TimePoint at) {
    note_drop(packet, cause, at);
  });
}

LinkDirection::Server LinkDirection::make_server(TimePoint begin) const {
  return std::visit(Overloaded{[](std::monostate) -> Server { return {}; },
                               [&](const RateSettings& rate) -> Server { return RateServer(rate, begin); },
                               [&](const std::shared_ptr<const DeliveryTrace>& trace) -> Server {
                                 return TraceServer(trace, capacity_since_);
                               }},
                    capacity_);
}

void LinkDirection::change(const DirectionSettings& settings, TimePoint now) {
  send_until(now);
  if (settings.seed != seed_) {
    seed_ = settings.seed;
    queue_random_ = RandomStream(~seed_);
    wire_random_ = RandomStream(seed_);
  }
  wire_.change(settings);
  if (settings.queue != queue_settings_) change_queue(settings.queue, now);
  if (!is_same(settings.rate, capacity_)) change_capacity(settings.rate, now);
}

// What waits is taken over in its order, as far as it finds room.
void LinkDirection::change_queue(const QueueSettings& settings, TimePoint now) {
  queue_settings_ = settings;
  auto queue = make_queue_for(settings);
  while (const auto packet = queue_->dequeue(now)) queue->enqueue(*packet, packet->arrived);
  marks_before_ += queue_->marks();
  queue_ = std::move(queue);
}

// What is left of the packet that is being sent is sent at the new rate.
void LinkDirection::change_capacity(const Capacity& capacity, TimePoint now) {
  capacity_ = capacity;
  capacity_since_ = now;
  server_ = make_server(now);
  if (!sending_) return;
  const double left = to_seconds(sent_at_ - now) / std::max(to_seconds(sent_at_ - sending_since_), 1e-9);
  sent_at_ = serve(static_cast<uint64_t>(std::ceil(std::clamp(left, 0.0, 1.0) * sending_->bytes)), now);
  sending_since_ = now;
}

void LinkDirection::note_drop(const LinkPacket& packet, DropCause cause, TimePoint now) {
  if (cause == DropCause::kQueueFull) counters_.dropped_by_queue += packet.packets;
  if (cause == DropCause::kEarly) counters_.dropped_early += packet.packets;
  if (cause == DropCause::kLoss) counters_.lost += packet.packets;
  if (observer_ != nullptr) observer_->dropped(packet, cause, now);
  drop_(packet, cause, now);
}

TimePoint LinkDirection::serve(uint64_t bytes, TimePoint now) {
  if (auto* rate = std::get_if<RateServer>(&server_)) return rate->serve(bytes, now);
  if (auto* trace = std::get_if<TraceServer>(&server_)) return trace->serve(bytes, now);
  return now;
}

void LinkDirection::arrive(LinkPacket packet, TimePoint now) {
  send_until(now);
  packet.arrived = now;
  packet.number = ++arrivals_;
  counters_.arrived += packet.packets;
  counters_.arrived_bytes += packet.bytes;
  if (observer_ != nullptr) observer_->arrived(packet, queue_->bytes(), now);
  queue_->enqueue(packet, now);
  if (!sending_) start_sending(now);
}

// One after the other; without a rate, all at once.
void LinkDirection::start_sending(TimePoint now) {
  sending_ = queue_->dequeue(now);
  if (!sending_) return;
  last_wait_ = now - sending_->arrived;
  sending_since_ = now;
  sent_at_ = serve(sending_->bytes, now);
}

std::optional<TimePoint> LinkDirection::next_event() const {
  const auto delivery = wire_.next_delivery();
  if (!sending_) return delivery;
  return delivery ? std::min(*delivery, sent_at_) : sent_at_;
}

void LinkDirection::send_until(TimePoint now) {
  while (sending_ && sent_at_ <= now) {
    wire_.send(*sending_, sent_at_);
    start_sending(sent_at_);
  }
}

std::vector<Wire::Delivery> LinkDirection::advance(TimePoint now) {
  send_until(now);
  std::vector<Wire::Delivery> arrived;
  for (auto at = wire_.next_delivery(); at && *at <= now; at = wire_.next_delivery()) {
    arrived.push_back(wire_.take());
    const auto& [packet, time, is_double] = arrived.back();
    counters_.delivered += packet.packets;
    counters_.delivered_bytes += packet.bytes;
    counters_.doubled += is_double;
    counters_.corrupted += packet.corrupted_bit.has_value();
    if (observer_ != nullptr) observer_->delivered(arrived.back());
  }
  return arrived;
}

}  // namespace flowbed::sw
