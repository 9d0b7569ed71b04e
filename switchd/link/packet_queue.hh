// PacketQueue: packets that wait to be sent, and the discipline that says which of them are sent, marked or
// dropped.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "switchd/link/direction_settings.hh"
#include "switchd/link/link_packet.hh"
#include "switchd/link/random_stream.hh"

namespace flowbed::sw {

class PacketQueue {
 public:
  virtual ~PacketQueue() = default;

  // Takes the packet, or drops it or another one.
  virtual void enqueue(LinkPacket packet, TimePoint now) = 0;
  // The next one to be sent; none: there is none left, though some may have been dropped just now.
  virtual std::optional<LinkPacket> dequeue(TimePoint now) = 0;

  bool empty() const { return packets_ == 0; }
  uint64_t packets() const { return packets_; }
  uint64_t bytes() const { return bytes_; }
  uint64_t marks() const { return marks_; }  // so far

 protected:
  PacketQueue(const QueueSettings& settings, DropHandler drop)
      : limit_(settings.limit), marks_packets_(settings.ecn), drop_(std::move(drop)) {}

  bool has_room_for(const LinkPacket& packet) const;
  void drop(const LinkPacket& packet, DropCause cause, TimePoint now) { drop_(packet, cause, now); }
  // Instead of dropping it; false: it has to be dropped.
  bool mark(LinkPacket& packet);
  void note_enqueued(const LinkPacket& packet);
  void note_dequeued(const LinkPacket& packet);

 private:
  QueueLimit limit_;
  bool marks_packets_;
  DropHandler drop_;
  uint64_t packets_ = 0, bytes_ = 0, marks_ = 0;
};

// `random` outlives the queue.
std::unique_ptr<PacketQueue> make_queue(const QueueSettings& settings, RandomStream& random,
                                        DropHandler drop);

}  // namespace flowbed::sw
