#include "switchd/slowpath/pipeline_run.hh"

#include <algorithm>

#include <arpa/inet.h>

#include "switchd/slowpath/action_run.hh"
#include "switchd/slowpath/bridge_port_names.hh"
#include "switchd/slowpath/normal_switching.hh"
#include "switchd/slowpath/pipeline/action_facts.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"

namespace flowbed::sw {
namespace {

bool matches_everything(const Rule& rule) {
  return rule.priority == 0 && same_words(rule.match.mask, PipelineMask{});
}

Instructions after_meter(const Instructions& instructions) {
  Instructions rest = instructions;
  rest.meter.reset();
  return rest;
}

Instructions after_apply(const Instructions& instructions) {
  Instructions rest = after_meter(instructions);
  rest.apply.clear();
  return rest;
}

bool has_more(const Instructions& instructions) {
  return instructions.clear || !instructions.write.empty() || instructions.metadata ||
         instructions.goto_table;
}

bool does_nothing(const Instructions& instructions) {
  return !instructions.meter && instructions.apply.empty() && !has_more(instructions);
}

}  // namespace

void PipelineRun::run() {
  if (visit_.bridge->standalone) return NormalSwitching(walk_, visit_, index_, state_).run();
  if (!is_dropped_fragment()) end(run_table(0));
}

bool PipelineRun::is_dropped_fragment() {
  if (!pipeline_.drops_fragments) return false;
  PipelineMask mask{};
  mask.f.packet.f.eth_type = 0xffff;
  mask.f.packet.f.flags = FLOW_FRAG_BITS;
  walk_.look_at(state_, mask);
  if ((state_.packet().f.flags & FLOW_FRAG_BITS) == FLOW_FRAG_NONE) return false;
  walk_.say(visit_, [] { return "is a fragment: dropped, as a controller wants it"; });
  return true;
}

void PipelineRun::run_actions(const OfActions& actions) {
  origin_.is_packet_out = true;
  end(run_actions_then(actions));
}

void PipelineRun::resume(const FrozenPipeline& frozen) {
  action_set_ = frozen.action_set;
  origin_ = frozen.origin;
  Outcome outcome = Outcome::kDone;
  for (size_t i = 0; i < frozen.rest.size() && outcome != Outcome::kExit; i++) {
    if (outcome == Outcome::kFrozen) {
      frozen_.rest.push_back(frozen.rest[i]);
    } else {
      origin_ = frozen.rest[i].origin;
      outcome = run_instructions(frozen.rest[i].instructions);
    }
  }
  end(outcome);
}

// The pipeline has come to its end, or to where the packet must be read anew.
void PipelineRun::end(Outcome outcome) {
  if (outcome == Outcome::kDone) outcome = run_action_set();
  if (outcome == Outcome::kFrozen) recirculate();
}

Rule* PipelineRun::find_rule(uint8_t table, const PipelineKey& key) {
  FlowTable& searched = pipeline_.tables.table(table);
  PipelineMask looked_at{};
  Rule* rule = searched.find(key, looked_at);
  walk_.look_at(state_, looked_at);
  walk_.depend_on(table_tag(*visit_.bridge, table));
  walk_.count(visit_, searched.lookups);
  if (rule) walk_.count(visit_, searched.matches);
  walk_.result().changes_headers |= state_.is_changed();
  return rule;
}

PipelineRun::Outcome PipelineRun::run_table(uint8_t table) {
  if (state_.opaque()) {
    freeze_rest({.goto_table = table});
    return Outcome::kFrozen;
  }
  if (!walk_.count_lookup()) return Outcome::kExit;
  return run_rule(table, find_rule(table, state_.key()));
}

// The port is pretended for the lookup only, else IN_PORT and NORMAL would be deceived, too.
PipelineRun::Outcome PipelineRun::run_resubmitted(uint8_t table, std::optional<OfPort> pretended) {
  if (table > kMaxTable || origin_.depth >= kMaxDepth) return Outcome::kDone;
  if (!walk_.count_lookup()) return Outcome::kExit;
  PipelineKey key = state_.key();
  if (pretended) key.f.in_port = htonl(to_number(*pretended));
  const ActionOrigin origin = origin_;
  Rule* const rule = rule_;
  origin_.depth++;
  const Outcome outcome = run_rule(table, find_rule(table, key));
  origin_ = origin;
  rule_ = rule;
  if (outcome == Outcome::kFrozen) freeze_rest({});
  return outcome;
}

PipelineRun::Outcome PipelineRun::run_rule(uint8_t table, Rule* rule) {
  origin_.table = table;
  if (!rule) {
    miss(table);
    return Outcome::kDone;
  }
  meet(*rule);
  const std::shared_ptr<const Instructions> instructions = rule->instructions;
  return run_instructions(*instructions);
}

void PipelineRun::meet(Rule& rule) {
  rule_ = &rule;
  origin_.cookie = rule.cookie;
  origin_.is_table_miss = matches_everything(rule);
  origin_.is_packet_out = false;
  walk_.depend_on(rule_tag(rule));
  walk_.count(visit_, rule.counter);
  walk_.say(visit_, [&] { return describe_rule(rule, *visit_.bridge); });
}

// The packet is dropped, with all that was to be done at the end. A resubmit only finds nothing.
void PipelineRun::miss(uint8_t table) {
  const bool ends_here = origin_.depth == 0, punted = pipeline_.misses_are_punted && ends_here;
  walk_.say(visit_, [&] {
    return "table " + std::to_string(table) +
           ": no rule matches: " + (punted ? "the controller is asked" : "dropped");
  });
  origin_.cookie = ~uint64_t{0};
  if (ends_here) action_set_.clear();
  if (punted) punt(PacketInReason::kTableMiss, kWholePacket, 0, true);
}

PipelineRun::Outcome PipelineRun::run_instructions(const Instructions& instructions) {
  if (const Meter* meter = instructions.meter ? pipeline_.meters.find(*instructions.meter) : nullptr) {
    walk_.say(visit_, [&] { return "goes through meter " + std::to_string(*instructions.meter); });
    state_.pass_meter(meter->datapath_id);
    freeze_rest(after_meter(instructions));
    return Outcome::kFrozen;
  }
  const Outcome outcome = run_actions_then(instructions.apply);
  if (outcome == Outcome::kFrozen && has_more(instructions)) freeze_rest(after_apply(instructions));
  if (outcome != Outcome::kDone) return outcome;
  if (instructions.clear) action_set_.clear();
  for (const OfAction& action : instructions.write) write_action(action, action_set_);
  if (instructions.metadata) {
    // The masked bits only; a later table is matched by them.
    state_.set(field_named("metadata"), instructions.metadata->value, instructions.metadata->mask);
  }
  return instructions.goto_table ? run_table(*instructions.goto_table) : Outcome::kDone;
}

PipelineRun::Outcome PipelineRun::run_actions_then(const OfActions& actions) {
  for (size_t i = 0; i < actions.size(); i++) {
    if (walk_.failed()) return Outcome::kExit;
    ActionRun run(*this);
    const bool needs_headers = state_.opaque() && needs_known_headers(actions[i]);
    const Outcome outcome = needs_headers ? Outcome::kFrozen : run.run(actions[i]);
    if (outcome == Outcome::kExit) return outcome;
    if (outcome == Outcome::kDone) continue;
    const size_t next = needs_headers ? i : i + 1;
    if (next < actions.size())
      freeze_rest({.apply = OfActions(actions.begin() + static_cast<std::ptrdiff_t>(next), actions.end())});
    return outcome;
  }
  return Outcome::kDone;
}

PipelineRun::Outcome PipelineRun::run_action_set() {
  if (action_set_.empty()) return Outcome::kDone;
  origin_.in_action_set = true;
  const OfActions actions = in_running_order(std::exchange(action_set_, {}));
  if (!origin_.in_group)  // there, the bucket has told it
    walk_.say(visit_, [&] { return "action set: " + format_actions(actions, port_names(*visit_.bridge)); });
  return run_actions_then(actions);
}

// All that is to come is kept under a number, and the packet goes there after its headers were read again.
void PipelineRun::recirculate() {
  frozen_.bridge = visit_.bridge->id;
  frozen_.pipeline = state_.key();
  frozen_.pipeline.f.packet = {};
  frozen_.in_port = visit_.in ? visit_.in->config.number : kOfPortAny;
  frozen_.mirrored = visit_.mirrored;
  frozen_.action_set = action_set_;
  frozen_.origin = origin_;
  const bool nothing_left =
      std::ranges::all_of(frozen_.rest, does_nothing, &FrozenPipeline::Part::instructions);
  if (nothing_left && action_set_.empty() && !state_.is_metered()) return;
  const auto number = walk_.interruptions().frozen.number_of(frozen_);
  if (!number) return walk_.fail_by(Excess::Cause::kRecirculations);
  const auto id = static_cast<uint16_t>(*number);
  walk_.say(visit_, [&] { return "its headers are read anew: recirculation " + std::to_string(id); });
  walk_.note_recirculation(id, state_);
  walk_.depart(visit_, Action::recirculate(id), state_);
}

OfPort PipelineRun::in_port() const { return OfPort{ntohl(state_.key().f.in_port)}; }

bool PipelineRun::is_alive(OfPort number) const {
  const BridgePort* port = visit_.bridge->find_port(number);
  return port && port->link.up && !(port->flags & kPortDown);
}

void PipelineRun::output(OfPort port, uint16_t max_len, PacketInReason reason) {
  if (port == kOfPortController) return punt(reason, max_len);
  if (port == kOfPortNormal) return NormalSwitching(walk_, visit_, index_, state_).run();
  if (port == kOfPortFlood || port == kOfPortAll) return flood(port == kOfPortAll);
  if (port == kOfPortInPort) {
    BridgePort* in = visit_.bridge->find_port(in_port());
    if (!in) return;
    walk_.depend_on_state(*in);
    return walk_.leave(visit_, *in, state_);
  }
  output_to_number(port);
}

void PipelineRun::output_to_number(OfPort number) {
  BridgePort* port = visit_.bridge->find_port(number);
  const auto drop = [&](const char* why) {
    walk_.say(visit_, [&] {
      return "port " + format_port(number, port_names(*visit_.bridge)) + " " + why + ": dropped";
    });
  };
  if (!port) return drop("is not there");
  if (number == in_port()) return drop("is where the packet came in (only IN_PORT sends it back)");
  if (port->mirror_output) return drop("carries a mirror's copies only");
  walk_.depend_on_state(*port);
  walk_.leave(visit_, *port, state_);
}

void PipelineRun::flood(bool everywhere) {
  if (visit_.bridge->tree) walk_.depend_on(flood_tag(*visit_.bridge));
  if (visit_.in && !visit_.in->forwarding) return;  // what came in all the same is for the controller only
  for (const auto& port : visit_.bridge->ports) {
    const bool closed = port->mirror_output || !port->link.up || !port->forwarding;
    const bool spared = !everywhere && (port->flags & kPortNoFlood);
    if (port->config.number != in_port() && !closed && !spared) walk_.leave(visit_, *port, state_);
  }
}

void PipelineRun::punt(PacketInReason reason, uint16_t max_len, uint16_t controller_id, bool is_miss) {
  if (visit_.in && (visit_.in->flags & kPortNoPacketIn)) return;
  const PipelineFields& fields = state_.key().f;
  PuntContext context{.bridge = visit_.bridge->id,
                      .reason = reason,
                      .is_miss = is_miss,
                      .max_len = max_len,
                      .controller_id = controller_id,
                      .table = origin_.table,
                      .cookie = origin_.cookie,
                      .in_port = in_port(),
                      .metadata = fields.metadata,
                      .tunnel_id = fields.tunnel_id};
  std::ranges::copy(fields.registers, context.registers.begin());
  const auto number = walk_.interruptions().punts.number_of(context);
  if (!number) return walk_.fail_by(Excess::Cause::kPunts);
  walk_.say(visit_, [] { return "is sent to the controller"; });
  walk_.depart(visit_, Action::punt(*number), state_);
}

}  // namespace flowbed::sw
