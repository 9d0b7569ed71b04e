#include "switchd/datapath/userspace/flow_cache.hh"

#include <algorithm>

namespace flowbed::sw {
namespace {

bool hands_over(const ActionList& actions) {
  return std::ranges::any_of(actions, [](const Action& action) {
    return action.kind == Action::Kind::kPunt || action.kind == Action::Kind::kRecirculate;
  });
}

}  // namespace

FlowCache::Hit FlowCache::find_megaflow(const FlowKey& key, uint64_t hash) {
  Flow* flow = megaflows_.find(key);
  if (!flow) return {};
  flow->megaflow_hits++;
  if (uses_emc_) emc_.insert(key, hash, *flow);
  return {flow, CacheAnswer::kMegaflow};
}

void FlowCache::set_exact_match(bool on) {
  uses_emc_ = on;
  if (on) return;
  emc_.clear();
  for (Flow* flow : flows_) {
    if (flow) flow->emc_entries = 0;
  }
}

CacheAnswer FlowCache::probe(const FlowKey& key) const {
  if (emc_.find(key, hash_of(key))) return CacheAnswer::kEmc;
  return megaflows_.probe(key) ? CacheAnswer::kMegaflow : CacheAnswer::kSlowPath;
}

std::optional<FlowId> FlowCache::find_flow(const FlowKey& key) const {
  const Flow* flow = megaflows_.probe(key);
  return flow ? std::optional(flow->id) : std::nullopt;
}

void FlowCache::put(const FlowSpec& spec, TimePoint now) {
  remove(spec.id);
  Flow& flow = take_from_pool();
  flow.actions = spec.actions;
  flow.statistics = {.packets = 0, .bytes = 0, .used = now};
  flow.megaflow_hits = 0;
  flow.emc_entries = 0;
  flow.hands_over = hands_over(*spec.actions);
  flow.key = spec.key;
  flow.mask = spec.mask;
  flow.id = spec.id;
  megaflows_.insert(flow);
  const auto index = static_cast<size_t>(spec.id);
  if (index >= flows_.size()) flows_.resize(index + 1);
  flows_[index] = &flow;
}

FlowStatistics FlowCache::remove(FlowId id) {
  Flow* flow = by_id(id);
  if (!flow) return {};
  megaflows_.remove(*flow);
  flows_[static_cast<size_t>(id)] = nullptr;
  give_back(*flow);
  return flow->statistics;
}

void FlowCache::clear() {
  megaflows_.clear();
  emc_.clear();
  for (Flow* flow : flows_) {
    if (flow) give_back(*flow);
  }
  flows_.clear();
}

void FlowCache::visit(const FlowVisitor& visit) const {
  for (const Flow* flow : flows_) {
    if (!flow) continue;
    visit({flow->id, flow->key, flow->mask, *flow->actions, flow->statistics, flow->emc_entries,
           flow->megaflow_hits});
  }
}

FlowStatistics FlowCache::statistics(FlowId id) const {
  const Flow* flow = by_id(id);
  return flow ? flow->statistics : FlowStatistics{};
}

Flow* FlowCache::by_id(FlowId id) const {
  const auto index = static_cast<size_t>(id);
  return index < flows_.size() ? flows_[index] : nullptr;
}

Flow& FlowCache::take_from_pool() {
  if (unused_.empty()) return pool_.emplace_back();
  Flow& flow = *unused_.back();
  unused_.pop_back();
  return flow;
}

void FlowCache::give_back(Flow& flow) {
  flow.generation++;
  flow.actions.reset();
  unused_.push_back(&flow);
}

}  // namespace flowbed::sw
