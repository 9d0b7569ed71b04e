// FlowStore: what the slow path knows of the flows that a datapath has cached.
//
// What a flow's later packets imply is kept with it: the counters of ports, rules, groups and buckets that
// they cross without anybody seeing it, the addresses that they keep from ageing, the rules that they keep
// alive. All is settled from the flow's statistics, about once a second, before anyone reads counters, and
// when the flow goes.
//
// A flow goes when something changes that its translation depended on: at once, before the next packet. So
// there is no state in which a cache answers by what was, and no periodic re-translation is needed to find
// it. Extra removals are only slow; missing ones are wrong. A flow goes also when it was idle for kFlowIdle,
// or, while there is no room for another one, for kFlowIdleWhenFull.
#pragma once

#include <span>
#include <vector>

#include "switchd/datapath/datapath.hh"
#include "switchd/slowpath/action_pool.hh"
#include "switchd/slowpath/dependency_index.hh"
#include "switchd/slowpath/mask_set.hh"
#include "switchd/slowpath/translate.hh"

namespace flowbed::sw {

inline constexpr Duration kFlowIdle = std::chrono::seconds(10);
inline constexpr Duration kFlowIdleWhenFull = std::chrono::seconds(1);
inline constexpr size_t kMaxFlows = 65536;

class FlowStore {
 public:
  explicit FlowStore(Datapath& datapath) : datapath_(datapath) {}

  // Is told what crossed a watched bridge: `bytes` as in FlowStatistics, where the packets came in.
  using Observer = std::function<void(const Observation&, uint64_t packets, uint64_t bytes, TimePoint last)>;
  void set_observer(Observer observer) { observer_ = std::move(observer); }
  void observe(const std::vector<Observation>& observations, uint64_t packets, uint64_t bytes,
               TimePoint last) const;

  SharedActions share(ActionList actions) { return actions_.share(std::move(actions)); }
  // Caches the verdict, if there is room.
  void put(const FlowKey& key, Translation translation, SharedActions actions, TimePoint now);

  // From now on each flow is cached as its first packet came, and answers for no other.
  void keep_whole_keys(bool on) { whole_keys_ = on; }
  void keep_masks_few(bool on) { masks_.keep_few(on); }

  void settle();  // brings counters and ages up to date
  // Goes through all flows, some at a call, so that packets need not wait: settles them, and removes those
  // that were idle. True: that were the last ones. What is idle at `now` was so when the round began.
  bool go_round(TimePoint now);
  void remove_dependents(std::span<const DependencyTag> tags);
  // Only those that a new rule of this match could concern.
  void remove_dependents(DependencyTag tag, const Match& match);
  void note_round(Duration took);  // that it took to go through all flows
  void flush();

  size_t count() const { return count_; }
  size_t mask_count() const { return masks_.count(); }
  size_t limit() const { return limit_; }
  uint64_t removed() const { return removed_; }  // for the sake of changes, so far
  std::pair<FlowKey, FlowMask> match(FlowId flow) const;
  bool passes(FlowId flow, const Bridge& bridge) const;

 private:
  struct CachedFlow {
    FlowKey key;  // masked
    FlowMask mask;
    bool is_changed = false;  // actions change headers: rules may have met others than those of the key
    std::vector<Credit> credits;
    std::vector<FlowCounter*> counters;
    std::vector<Learning> learnings;
    std::vector<LearnedRule> learned_rules;
    std::vector<Observation> observations;
    std::vector<const Bridge*> way;
    FlowStatistics settled;
    bool is_there = false;  // else its place is free
  };

  void settle(CachedFlow& flow, const FlowStatistics& now);
  void remove(std::span<const FlowId> flows);
  void remove_changed(std::span<const FlowId> flows);
  FlowId take_id();

  Datapath& datapath_;
  DependencyIndex dependencies_;
  MaskSet masks_;
  ActionPool actions_;
  Observer observer_;
  std::vector<CachedFlow> flows_;  // by id
  std::vector<FlowId> unused_ids_;
  size_t count_ = 0;
  uint64_t removed_ = 0;
  size_t limit_ = kMaxFlows;
  bool whole_keys_ = false;
  struct {
    bool knows_statistics = false;
    Duration longest_idle{};
    size_t next = 0;  // of flows_
  } round_;
};

// How many flows there may be, after it took so long to go through those that there were.
size_t adapted_flow_limit(size_t limit, Duration took);

// What `packets` of together `bytes`, as they came in, did on a translation's way.
void give_credit(const std::vector<Credit>& credits, uint64_t packets, uint64_t bytes);

}  // namespace flowbed::sw
