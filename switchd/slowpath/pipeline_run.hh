// PipelineRun: a packet in one bridge's OpenFlow pipeline.
//
// Tables are walked one after the other; actions change the packet's state, and whatever leaves, leaves
// through the walk. The actions of a bucket run on a copy, in a run of their own, which may freeze by itself.
//
// Freezing. A key tells of headers only as far as the packet shows them: what is under a label is unknown
// until the label is off. After an action that uncovers such headers the state is opaque, and may still leave
// by ports and go to controllers; but the first step that would look at a header, or change one, freezes the
// run: what is still to be done is noted in `frozen_`, and the packet is recirculated, that is, the datapath
// does what was done so far, reads the packet anew and makes an upcall with the note's number in the key. A
// new run then resumes from the note.
//
// A meter freezes the run as well: what lies behind it is a flow of its own, which counts only what the meter
// lets pass, at every rule and port on its way, and whose headers bear the meter's mark.
//
// Nobody knows all that is still to be done, so each function adds its own share as Outcome::kFrozen goes up
// through it, the innermost first, which is the order in which it must be done. For example, table 0 has
// "pop_mpls:0x0800,dec_ttl,output:2,goto_table:1":
//
//   run_actions_then   dec_ttl needs the IP header     adds the part "apply: dec_ttl,output:2"
//   run_instructions   its goto_table is yet to come   adds the part "goto_table:1"
//   end                                                recirculate: adds what all parts share (the registers,
//                                                      the action set …), and gives the note a number
//
// Later, `resume` runs the first part, then the second, then the action set. Without the dec_ttl and the
// output it would have been run_table(1) that froze, for a lookup needs headers, and "goto_table:1" the only
// part. If the run freezes once more while it resumes, the parts that it did not come to go behind those that
// it then notes. An exit drops all parts behind it, and the action set. Every part keeps whose actions it is
// (`origin_` as it was), because controllers are told the table and the cookie.
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

  // Whether to go on. kFrozen: every caller adds to `frozen_` what it would have done next, and returns it.
  enum class Outcome { kDone, kFrozen, kExit };

  Outcome run_table(uint8_t table);
  Outcome run_resubmitted(uint8_t table, std::optional<OfPort> pretended);
  Outcome run_rule(uint8_t table, Rule* rule);
  Outcome run_instructions(const Instructions& instructions);
  Outcome run_actions_then(const OfActions& actions);
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
  void recirculate();
  // Notes a part, of the current origin; without instructions it only says whose turn it is then.
  void freeze_rest(Instructions instructions) { frozen_.rest.push_back({std::move(instructions), origin_}); }
  bool is_alive(OfPort port) const;
  OfPort in_port() const;  // which the pipeline may have changed

  void output(OfPort port, uint16_t max_len, PacketInReason reason);
  void output_to_number(OfPort number);
  void flood(bool everywhere);
  void punt(PacketInReason reason, uint16_t max_len, uint16_t controller_id = 0, bool is_miss = false);

  Walk& walk_;
  Visit& visit_;
  size_t index_;  // of the visit, by which the walk tells the ways of a loop apart
  PacketState& state_;
  Pipeline& pipeline_;
  OfActions action_set_;
  FrozenPipeline frozen_;  // what is left to do: empty until something froze
  ActionOrigin origin_;    // of the actions that run now: a caller puts its own back after a resubmit
  Rule* rule_ = nullptr;   // whose actions run; null: none's, or it is not known any more
};

}  // namespace flowbed::sw
