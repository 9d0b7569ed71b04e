// Programs: the pipelines of all bridges, and how they change.
//
// Every change takes effect within the call: what was cached by a superseded rule, group or meter is gone
// when it returns. So a barrier needs no waiting.
#pragma once

#include <functional>

#include "switchd/slowpath/flow_store.hh"

namespace flowbed::sw {

class Programs {
 public:
  using RemovalHandler = std::function<void(const Bridge&, const Rule&, RemovalReason, TimePoint now)>;

  explicit Programs(FlowStore& flows) : flows_(flows) {}

  // How tables are searched from now on; what is cached must have gone.
  void set_options(const BridgeSet& bridges, const ClassifierOptions& options);
  void on_removal(RemovalHandler handler) { on_removal_ = std::move(handler); }

  // A new bridge has an empty pipeline; a bridge that goes takes its own along.
  void begin(Bridge& bridge);
  void end(Bridge& bridge);
  // Removes all rules, and makes the bridge a normal switch, or one that does nothing before it is told.
  void reset(Bridge& bridge, bool as_normal_switch, TimePoint now);

  // Throw OfFault, and then nothing has changed.
  FlowChanges apply(Bridge& bridge, const FlowMod& mod, TimePoint now);
  void apply(Bridge& bridge, const GroupMod& mod, TimePoint now);
  void apply(Bridge& bridge, const MeterMod& mod, TimePoint now);
  uint64_t changes() const { return changes_; }  // of rules, groups and meters, so far
  void punt_misses(Bridge& bridge, bool on);
  void drop_fragments(Bridge& bridge, bool on);

  // False: some were not there, or could not be added. `depends` gets those that were: when one goes, the
  // next packet has to make it again.
  bool learn(const std::vector<LearnedRule>& rules, TimePoint now, std::vector<DependencyTag>& depends);
  void expire(const BridgeSet& bridges, TimePoint now);
  void expire_hard(const BridgeSet& bridges, TimePoint now);  // hard timeouts only
  MeterVerdict run_meter(uint32_t datapath_id, const WireSize& size, TimePoint now);

 private:
  void note_change(Bridge& bridge);
  void forget_group(Bridge& bridge, uint32_t id);
  void forget_meter(Bridge& bridge, uint32_t id);
  void number_meter(Bridge& bridge, uint32_t id);
  void release_number(const Meter& meter);

  FlowStore& flows_;
  ClassifierOptions options_;
  uint64_t changes_ = 0;
  RemovalHandler on_removal_;
  TimePoint now_{};                             // of the latest call
  std::vector<Meter*> meters_{nullptr};         // by datapath id; 0 is nobody's
  std::vector<uint32_t> unused_meter_numbers_;  // places in `meters_`, but for 0
};

}  // namespace flowbed::sw
