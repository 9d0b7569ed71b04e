#include "switchd/link/packet_queue.hh"

#include "core/base/overloaded.hh"
#include "switchd/link/codel_queue.hh"
#include "switchd/link/fq_codel_queue.hh"
#include "switchd/link/pie_queue.hh"
#include "switchd/link/red_queue.hh"

namespace flowbed::sw {
namespace {

class DropTailQueue : public PacketQueue {
 public:
  DropTailQueue(const QueueSettings& settings, DropHandler drop) : PacketQueue(settings, std::move(drop)) {}

  void enqueue(LinkPacket packet, TimePoint now) override {
    if (!has_room_for(packet)) return drop(packet, DropCause::kQueueFull, now);
    note_enqueued(packet);
    waiting_.push_back(packet);
  }
  std::optional<LinkPacket> dequeue(TimePoint) override {
    if (waiting_.empty()) return {};
    const LinkPacket packet = waiting_.front();
    waiting_.pop_front();
    note_dequeued(packet);
    return packet;
  }

 private:
  std::deque<LinkPacket> waiting_;
};

}  // namespace

bool PacketQueue::has_room_for(const LinkPacket& packet) const {
  if (limit_.packets && packets_ >= *limit_.packets) return false;
  return !limit_.bytes || bytes_ + packet.bytes <= *limit_.bytes;
}

bool PacketQueue::mark(LinkPacket& packet) {
  if (!marks_packets_ || !packet.can_be_marked) return false;
  packet.is_marked = true;
  marks_++;
  return true;
}

void PacketQueue::note_enqueued(const LinkPacket& packet) {
  packets_++;
  bytes_ += packet.bytes;
}

void PacketQueue::note_dequeued(const LinkPacket& packet) {
  packets_--;
  bytes_ -= packet.bytes;
}

std::unique_ptr<PacketQueue> make_queue(const QueueSettings& settings, RandomStream& random,
                                        DropHandler drop) {
  return std::visit(Overloaded{
                        [&](const DropTailSettings&) -> std::unique_ptr<PacketQueue> {
                          return std::make_unique<DropTailQueue>(settings, std::move(drop));
                        },
                        [&](const RedSettings& red) -> std::unique_ptr<PacketQueue> {
                          return std::make_unique<RedQueue>(settings, red, random, std::move(drop));
                        },
                        [&](const CodelSettings& codel) -> std::unique_ptr<PacketQueue> {
                          return std::make_unique<CodelQueue>(settings, codel, std::move(drop));
                        },
                        [&](const FqCodelSettings& fq) -> std::unique_ptr<PacketQueue> {
                          return std::make_unique<FqCodelQueue>(settings, fq, std::move(drop));
                        },
                        [&](const PieSettings& pie) -> std::unique_ptr<PacketQueue> {
                          return std::make_unique<PieQueue>(settings, pie, random, std::move(drop));
                        },
                    },
                    settings.discipline);
}

}  // namespace flowbed::sw
