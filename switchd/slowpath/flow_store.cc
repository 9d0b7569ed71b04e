#include "switchd/slowpath/flow_store.hh"

#include <algorithm>

namespace flowbed::sw {
namespace {

constexpr size_t kFlowsAtOnce = 32;  // of a round
constexpr Duration kLongestRound = std::chrono::milliseconds(500);
constexpr size_t kLeastLimit = 2048, kLimitStep = 2048;

// No packet of the flow can match. What the pipeline adds to the key (metadata, its own port numbers) decides
// nothing here.
bool is_apart(const FlowKey& key, const FlowMask& mask, const Match& match) {
  for (size_t i = 0; i < FLOW_KEY_WORDS; i++) {
    const uint64_t both = mask.words[i] & match.mask.f.packet.words[i];
    if ((key.words[i] ^ match.key.f.packet.words[i]) & both) return true;
  }
  return false;
}

FlowMask whole_mask() {
  FlowMask mask;
  std::ranges::fill(mask.words, ~uint64_t{0});
  return mask;
}

void keep_alive(const LearnedRule& learned, TimePoint used) {
  FlowTable& table = learned.bridge->pipeline->tables.table(learned.mod.table);
  Rule* rule = table.find_same(learned.mod.match, learned.mod.priority);
  if (rule) rule->renew(used);
}

}  // namespace

void give_credit(const std::vector<Credit>& credits, uint64_t packets, uint64_t bytes) {
  for (const Credit& credit : credits) {
    const bool received = credit.kind == Credit::Kind::kRx || credit.kind == Credit::Kind::kRxDropped;
    Counters& counters = received ? credit.port->rx : credit.port->tx;
    if (credit.kind == Credit::Kind::kRxDropped || credit.kind == Credit::Kind::kTxDropped) {
      counters.dropped += packets;
    } else {
      counters.packets += packets;
      counters.bytes += bytes + packets * static_cast<uint64_t>(static_cast<int64_t>(credit.extra_bytes));
    }
  }
}

void FlowStore::put(const FlowKey& key, Translation translation, SharedActions actions, TimePoint now) {
  if (count_ >= limit_) return;
  const FlowMask mask = masks_.acquire(key, whole_keys_ ? whole_mask() : translation.mask);
  const FlowId id = take_id();
  std::ranges::sort(translation.depends);
  translation.depends.erase(std::ranges::unique(translation.depends).begin(), translation.depends.end());
  dependencies_.add(id, translation.depends);
  CachedFlow& flow = flows_[static_cast<size_t>(id)];
  flow = {.key = masked(key, mask),
          .mask = mask,
          .is_changed = translation.changes_headers,
          .credits = std::move(translation.credits),
          .counters = std::move(translation.counters),
          .learnings = std::move(translation.learnings),
          .learned_rules = std::move(translation.learned_rules),
          .observations = std::move(translation.observations),
          .way = std::move(translation.way),
          .settled = {},
          .is_there = true};
  count_++;
  datapath_.put_flow({id, flow.key, flow.mask, std::move(actions)}, now);
}

size_t adapted_flow_limit(size_t limit, Duration took) {
  if (took > kLongestRound) return std::max(limit / 2, kLeastLimit);
  return std::min(limit + kLimitStep, kMaxFlows);
}

void FlowStore::note_round(Duration took) { limit_ = adapted_flow_limit(limit_, took); }

FlowId FlowStore::take_id() {
  if (unused_ids_.empty()) {
    flows_.emplace_back();
    return FlowId{static_cast<uint32_t>(flows_.size() - 1)};
  }
  const FlowId id = unused_ids_.back();
  unused_ids_.pop_back();
  return id;
}

void FlowStore::settle(CachedFlow& flow, const FlowStatistics& now) {
  const uint64_t packets = now.packets - flow.settled.packets, bytes = now.bytes - flow.settled.bytes;
  if (packets == 0) return;
  give_credit(flow.credits, packets, bytes);
  for (FlowCounter* counter : flow.counters) counter->add(packets, bytes, now.used);
  observe(flow.observations, packets, bytes, now.used);
  for (const Learning& learning : flow.learnings) {
    const MacKey key = mac_key(learning.vlan, learning.source.bytes.data());
    learning.port->bridge->macs.refresh(key, learning.port->number, now.used);
  }
  for (const LearnedRule& learned : flow.learned_rules) keep_alive(learned, now.used);
  flow.settled = now;
}

void FlowStore::observe(const std::vector<Observation>& observations, uint64_t packets, uint64_t bytes,
                        TimePoint last) const {
  if (!observer_) return;
  for (const Observation& observation : observations) observer_(observation, packets, bytes, last);
}

void FlowStore::settle() {
  datapath_.refresh_statistics();
  datapath_.dump_flows(
      [this](const FlowView& view) { settle(flows_[static_cast<size_t>(view.id)], view.statistics); });
}

bool FlowStore::go_round(TimePoint now) {
  if (!round_.knows_statistics) {
    round_.knows_statistics = datapath_.refresh_some();
    round_.longest_idle = count_ < limit_ ? kFlowIdle : kFlowIdleWhenFull;
    return false;
  }
  std::vector<FlowId> idle;
  const size_t end = std::min(round_.next + kFlowsAtOnce, flows_.size());
  for (; round_.next < end; round_.next++) {
    CachedFlow& flow = flows_[round_.next];
    if (!flow.is_there) continue;
    const FlowId id{static_cast<uint32_t>(round_.next)};
    const FlowStatistics statistics = datapath_.flow_statistics(id);
    settle(flow, statistics);
    if (now - statistics.used >= round_.longest_idle) idle.push_back(id);
  }
  remove(idle);
  if (round_.next < flows_.size()) return false;
  round_ = {};
  return true;
}

void FlowStore::remove(std::span<const FlowId> flows) {
  if (flows.empty()) return;
  datapath_.remove_flows(flows, [this](FlowId id, const FlowStatistics& last) {
    settle(flows_[static_cast<size_t>(id)], last);
  });
  for (const FlowId id : flows) {
    dependencies_.remove(id);
    CachedFlow& flow = flows_[static_cast<size_t>(id)];
    masks_.release(flow.key, flow.mask);
    flow = {};
  }
  unused_ids_.insert(unused_ids_.end(), flows.begin(), flows.end());
  count_ -= flows.size();
}

void FlowStore::remove_changed(std::span<const FlowId> flows) {
  remove(flows);
  removed_ += flows.size();
}

void FlowStore::remove_dependents(std::span<const DependencyTag> tags) {
  std::vector<FlowId> flows;
  for (const DependencyTag tag : tags)
    std::ranges::copy(dependencies_.dependents(tag), std::back_inserter(flows));
  std::ranges::sort(flows);
  const auto again = std::ranges::unique(flows);
  flows.erase(again.begin(), again.end());
  remove_changed(flows);
}

void FlowStore::remove_dependents(DependencyTag tag, const Match& match) {
  std::vector<FlowId> flows = dependencies_.dependents(tag);
  std::erase_if(flows, [&](FlowId id) {
    const CachedFlow& flow = flows_[static_cast<size_t>(id)];
    return !flow.is_changed && is_apart(flow.key, flow.mask, match);
  });
  remove_changed(flows);
}

void FlowStore::flush() {
  if (count_ == 0) return;
  datapath_.flush_flows(
      [this](const FlowView& view) { settle(flows_[static_cast<size_t>(view.id)], view.statistics); });
  dependencies_.clear();
  masks_.clear();
  flows_.clear();
  unused_ids_.clear();
  removed_ += count_;
  count_ = 0;
}

std::pair<FlowKey, FlowMask> FlowStore::match(FlowId id) const {
  const CachedFlow& flow = flows_[static_cast<size_t>(id)];
  return {flow.key, flow.mask};
}

bool FlowStore::passes(FlowId flow, const Bridge& bridge) const {
  const auto& way = flows_[static_cast<size_t>(flow)].way;
  return std::ranges::find(way, &bridge) != way.end();
}

}  // namespace flowbed::sw
