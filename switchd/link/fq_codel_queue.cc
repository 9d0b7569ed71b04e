#include "switchd/link/fq_codel_queue.hh"

#include <algorithm>

namespace flowbed::sw {
namespace {
constexpr uint64_t kMostAtOnce = 64;  // packets of the longest queue, or half of it (RFC 8290, section 4.1.1)
}  // namespace

FqCodelQueue::FqCodelQueue(const QueueSettings& settings, const FqCodelSettings& fq, DropHandler drop)
    : PacketQueue(settings, std::move(drop)), quantum_(fq.quantum), flows_(fq.flows, Flow(fq.codel)) {}

void FqCodelQueue::enqueue(LinkPacket packet, TimePoint now) {
  packet.arrived = now;
  Flow& flow = flows_[packet.flow % flows_.size()];
  flow.waiting.push_back(packet);
  flow.bytes += packet.bytes;
  const bool fits = has_room_for(packet);
  note_enqueued(packet);
  if (flow.turn == Turn::kNone) {
    flow.turn = Turn::kNew;
    flow.credit = quantum_;
    new_.push_back(&flow);
  }
  if (!fits) drop_from_longest(now);
}

LinkPacket FqCodelQueue::pop(Flow& flow) {
  const LinkPacket packet = flow.waiting.front();
  flow.waiting.pop_front();
  flow.bytes -= packet.bytes;
  note_dequeued(packet);
  return packet;
}

void FqCodelQueue::drop_from_longest(TimePoint now) {
  Flow& longest = *std::ranges::max_element(flows_, {}, &Flow::bytes);
  const uint64_t most = std::min<uint64_t>((longest.waiting.size() + 1) / 2, kMostAtOnce);
  for (uint64_t i = 0; i < most; i++) drop(pop(longest), DropCause::kQueueFull, now);
}

FqCodelQueue::Flow* FqCodelQueue::next_flow() {
  while (!new_.empty() || !old_.empty()) {
    auto& list = new_.empty() ? old_ : new_;
    Flow* flow = list.front();
    if (flow->credit > 0) return flow;
    flow->credit += quantum_;
    flow->turn = Turn::kOld;
    list.pop_front();
    old_.push_back(flow);
  }
  return nullptr;
}

// A new flow that is done goes behind the old ones once, so that it is not new again at once.
void FqCodelQueue::end_turn(Flow& flow) {
  const bool was_new = flow.turn == Turn::kNew;
  (was_new ? new_ : old_).pop_front();
  flow.turn = was_new && !old_.empty() ? Turn::kOld : Turn::kNone;
  if (flow.turn == Turn::kOld) old_.push_back(&flow);
}

std::optional<LinkPacket> FqCodelQueue::take_from(Flow& flow, TimePoint now) {
  while (!flow.waiting.empty()) {
    LinkPacket packet = pop(flow);
    // As in Linux, what waits of all flows is what stands.
    if (!flow.codel.drops(packet, bytes(), now) || mark(packet)) return packet;
    drop(packet, DropCause::kEarly, now);
  }
  flow.codel.note_empty();
  return {};
}

std::optional<LinkPacket> FqCodelQueue::dequeue(TimePoint now) {
  while (Flow* flow = next_flow()) {
    if (auto packet = take_from(*flow, now)) {
      flow->credit -= packet->bytes;
      return packet;
    }
    end_turn(*flow);
  }
  return {};
}

}  // namespace flowbed::sw
