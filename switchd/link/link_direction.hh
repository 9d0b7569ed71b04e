// LinkDirection: one direction of an emulated link, in virtual time: queue, then rate, then wire.
//
// Nothing here looks at a clock. Who owns it says when packets arrive, and calls `advance` at the time that
// `next_event` names or later: whatever happened until then happens at its own time, however late the call
// is.
#pragma once

#include "switchd/link/link_observer.hh"
#include "switchd/link/packet_queue.hh"
#include "switchd/link/rate_server.hh"
#include "switchd/link/wire.hh"

namespace flowbed::sw {

struct LinkCounters {
  uint64_t arrived = 0, arrived_bytes = 0;
  uint64_t delivered = 0, delivered_bytes = 0;  // doubles count
  uint64_t dropped_by_queue = 0, dropped_early = 0, lost = 0;
  uint64_t doubled = 0, corrupted = 0;  // of those delivered
};

class LinkDirection {
 public:
  // Is told of every packet that is dropped; its bytes are needed no longer.
  LinkDirection(const DirectionSettings& settings, TimePoint now, DropHandler drop);

  LinkDirection(const LinkDirection&) = delete;  // its parts know its address
  LinkDirection& operator=(const LinkDirection&) = delete;

  // Of what happens from now on; null: nobody is told.
  void report_to(LinkObserver* observer) { observer_ = observer; }

  // Packets that wait or are on their way stay so. What stays the same goes on where it was: the queue's
  // discipline, a trace, a pattern of losses.
  void change(const DirectionSettings& settings, TimePoint now);

  void arrive(LinkPacket packet, TimePoint now);
  std::optional<TimePoint> next_event() const;
  // All that arrives at the other end until now, in order.
  std::vector<Wire::Delivery> advance(TimePoint now);

  const LinkCounters& counters() const { return counters_; }
  const Capacity& capacity() const { return capacity_; }
  TimePoint capacity_since() const { return capacity_since_; }  // when a trace begins
  const PacketQueue& queue() const { return *queue_; }
  uint64_t marks() const { return marks_before_ + queue_->marks(); }
  Duration last_wait() const { return last_wait_; }  // in the queue, of the packet sent last

 private:
  using Server = std::variant<std::monostate, RateServer, TraceServer>;

  Server make_server(TimePoint begin) const;
  std::unique_ptr<PacketQueue> make_queue_for(const QueueSettings& settings);
  void change_queue(const QueueSettings& settings, TimePoint now);
  void change_capacity(const Capacity& capacity, TimePoint now);
  void start_sending(TimePoint now);
  void send_until(TimePoint now);
  TimePoint serve(uint64_t bytes, TimePoint now);
  void note_drop(const LinkPacket& packet, DropCause cause, TimePoint now);

  DropHandler drop_;
  LinkObserver* observer_ = nullptr;
  uint64_t seed_;
  RandomStream queue_random_, wire_random_;  // what the queue does depends on times, and the wire must not
  LinkCounters counters_;
  QueueSettings queue_settings_;
  std::unique_ptr<PacketQueue> queue_;
  uint64_t marks_before_ = 0;  // of queues that this one has replaced
  Capacity capacity_;
  TimePoint capacity_since_;
  Server server_;
  Wire wire_;
  std::optional<LinkPacket> sending_;
  TimePoint sending_since_{}, sent_at_{};  // `sending_`
  Duration last_wait_{};
  uint64_t arrivals_ = 0;
};

}  // namespace flowbed::sw
