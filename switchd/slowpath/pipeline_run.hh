// PipelineRun: a packet in one bridge's OpenFlow pipeline.
//
// Tables are walked one after the other; actions change the packet's state, and whatever leaves, leaves
// through the walk. Actions of buckets run on copies. Where the next step needs headers that cannot be known
// from the key (what is under a label that was popped), the run freezes: all that is still to be done is
// noted, and the packet is recirculated.
#pragma once

#include "switchd/slowpath/walk.hh"

namespace flowbed::sw {

class PipelineRun {
 public:
  PipelineRun(Walk& walk, Visit& visit, size_t index, PacketState& state)
      : walk_(walk), visit_(visit), index_(index), state_(state), pipeline_(*visit.bridge->pipeline) {}

  void run();                                  // from table 0
  void run_actions(const OfActions& actions);  // a controller's, with its packet
  void resume(const FrozenPipeline& frozen);

 private:
  friend class ActionRun;

  // Whether to go on. kFrozen: every caller adds to `frozen_` what it would have done next.
  enum class Outcome { kDone, kFrozen, kExit };

  Outcome run_table(uint8_t table);
  Outcome run_resubmitted(uint8_t table, std::optional<OfPort> pretended);
  Outcome run_rule(uint8_t table, Rule* rule);
  Outcome run_instructions(const Instructions& instructions);
  Outcome run_actions_then(const OfActions& actions, size_t from);
  Outcome run_action_set();
  Outcome run_group(uint32_t id);
  Outcome run_bucket(const Group& group, size_t bucket);
  void run_all_buckets(const Group& group);
  void run_chosen_bucket(const Group& group);
  void run_first_living_bucket(const Group& group);
  void say_bucket(const Group& group, size_t bucket) const;
  void say_none_is_alive(const Group& group) const;
  uint64_t connection_hash();

  bool is_dropped_fragment();
  Rule* find_rule(uint8_t table, const PipelineKey& key);
  void meet(Rule& rule);
  void miss(uint8_t table);
  void end(Outcome outcome);
  Outcome freeze() { return Outcome::kFrozen; }
  void recirculate();
  void freeze_rest(Instructions instructions) { frozen_.rest.push_back({std::move(instructions), origin_}); }
  bool is_alive(OfPort port) const;
  OfPort in_port() const;  // which the pipeline may have changed

  void output(OfPort port, uint16_t max_len, PacketInReason reason);
  void output_to_number(OfPort number);
  void flood(bool everywhere);
  void punt(PacketInReason reason, uint16_t max_len, uint16_t controller_id = 0, bool is_miss = false);

  Walk& walk_;
  Visit& visit_;
  size_t index_;
  PacketState& state_;
  Pipeline& pipeline_;
  OfActions action_set_;
  FrozenPipeline frozen_;
  ActionOrigin origin_;
  Rule* rule_ = nullptr;  // whose actions run; null: none's, or it is not known any more
};

}  // namespace flowbed::sw
