// FQ-CoDel (RFC 8290): each flow has a queue with a CoDel of its own; queues take turns by bytes, those of
// new flows first.
#pragma once

#include <deque>
#include <vector>

#include "switchd/link/codel_queue.hh"

namespace flowbed::sw {

class FqCodelQueue : public PacketQueue {
 public:
  FqCodelQueue(const QueueSettings& settings, const FqCodelSettings& fq, DropHandler drop);

  void enqueue(LinkPacket packet, TimePoint now) override;
  std::optional<LinkPacket> dequeue(TimePoint now) override;

 private:
  enum class Turn { kNone, kNew, kOld };
  struct Flow {
    explicit Flow(const CodelSettings& settings) : codel(settings) {}

    std::deque<LinkPacket> waiting;
    uint64_t bytes = 0;
    int64_t credit = 0;
    Turn turn = Turn::kNone;  // in which list it stands
    Codel codel;
  };

  Flow* next_flow();
  void end_turn(Flow& flow);
  std::optional<LinkPacket> take_from(Flow& flow, TimePoint now);
  LinkPacket pop(Flow& flow);
  void drop_from_longest(TimePoint now);

  const uint32_t quantum_;
  std::vector<Flow> flows_;
  std::deque<Flow*> new_, old_;
};

}  // namespace flowbed::sw
