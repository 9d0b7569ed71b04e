// ActionRun: single actions of OpenFlow, on the packet of a PipelineRun.
#pragma once

#include <span>
#include <string>

#include "switchd/slowpath/pipeline_run.hh"

namespace flowbed::sw {

class ActionRun {
 public:
  using Outcome = PipelineRun::Outcome;

  explicit ActionRun(PipelineRun& run) : run_(run), walk_(run.walk_), state_(run.state_) {}

  Outcome run(const OfAction& action);

  // One of each kind of action.
  Outcome operator()(const of::Output& output);
  Outcome operator()(const of::Enqueue& enqueue);
  Outcome operator()(const of::SetField& set);
  Outcome operator()(const of::SetTransport& set);
  Outcome operator()(const of::SetVlanVid& set);
  Outcome operator()(const of::SetVlanPcp& set);
  Outcome operator()(const of::PushVlan& push);
  Outcome operator()(const of::PopVlan&);
  Outcome operator()(const of::PushMpls& push);
  Outcome operator()(const of::PopMpls& pop);
  Outcome operator()(const of::PushPbb& push);
  Outcome operator()(const of::PopPbb&);
  Outcome operator()(const of::SetTtl& set);
  Outcome operator()(const of::DecrementTtl& decrement);
  Outcome operator()(const of::SetMplsTtl& set);
  Outcome operator()(const of::DecrementMplsTtl&);
  Outcome operator()(const of::CopyTtlOut&);
  Outcome operator()(const of::CopyTtlIn&);
  Outcome operator()(const of::Group& group);
  Outcome operator()(const of::SetQueue&) { return Outcome::kDone; }  // ports have one queue
  Outcome operator()(const of::PopQueue&) { return Outcome::kDone; }
  Outcome operator()(const of::Controller& controller);
  Outcome operator()(const of::Move& move);
  Outcome operator()(const of::Load& load);
  Outcome operator()(const of::OutputField& output);
  Outcome operator()(const of::Resubmit& resubmit);
  Outcome operator()(const of::Note&) { return Outcome::kDone; }
  Outcome operator()(const of::Conjunction&) { return Outcome::kDone; }
  Outcome operator()(const of::FinTimeout& fin);
  Outcome operator()(const of::Exit&) { return Outcome::kExit; }
  Outcome operator()(const of::Learn& learn);

 private:
  bool has(const Field& field);
  FieldValue read(const FieldSlice& slice);
  void set(const Field& field, FieldValue value) { set(field, value, field.all_ones()); }
  void set(const Field& field, FieldValue value, FieldValue mask);
  void write(const FieldSlice& slice, FieldValue value);
  void look_at_whole_tag();
  Outcome decrement(const Field& ttl, std::span<const uint16_t> controllers);
  PacketInReason reason_of_output() const;
  void say_resubmit(uint8_t table, std::optional<OfPort> pretended) const;
  FlowMod rule_to_learn(const of::Learn& learn);

  PipelineRun& run_;
  Walk& walk_;
  PacketState& state_;
};

// Whether the action can be run only where the packet's headers are known.
bool needs_known_headers(const OfAction& action);

// For a person who traces a packet.
std::string describe_rule(const Rule& rule, const Bridge& bridge);

}  // namespace flowbed::sw
