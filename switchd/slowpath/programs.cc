#include "switchd/slowpath/programs.hh"

#include <algorithm>
#include <array>

#include "switchd/slowpath/pipeline/conjunctions.hh"
#include "switchd/slowpath/pipeline/of_fault.hh"

namespace flowbed::sw {
namespace {

// They may have been shortened since.
bool has_timeouts_of(const Rule& rule, const FlowMod& mod) {
  of::FinTimeout fin;
  for (const OfAction& action : mod.instructions.apply) {
    if (const auto* found = std::get_if<of::FinTimeout>(&action)) fin = *found;
  }
  const auto is_of = [](uint16_t now, uint16_t given, uint16_t shortened) {
    return now == given || (shortened > 0 && now == shortened && (given == 0 || given > shortened));
  };
  return is_of(rule.idle_timeout, mod.idle_timeout, fin.idle_timeout) &&
         is_of(rule.hard_timeout, mod.hard_timeout, fin.hard_timeout);
}

// The rule, if it is there just as it would be learned.
Rule* find_known(const LearnedRule& learned) {
  const FlowMod& mod = learned.mod;
  if (mod.table > kMaxTable) return nullptr;
  const FlowTable* table = learned.bridge->pipeline->tables.find(mod.table);
  Rule* same = table ? table->find_same(mod.match, mod.priority) : nullptr;
  const bool is_known = same && *same->instructions == mod.instructions && same->cookie == mod.cookie &&
                        same->flags == mod.flags && has_timeouts_of(*same, mod);
  return is_known ? same : nullptr;
}

}  // namespace

void Programs::begin(Bridge& bridge) {
  bridge.pipeline = std::make_unique<Pipeline>(
      options_,
      FlowTables::Observer{.leaves_or_changes =
                               [this, &bridge](Rule& rule) {
                                 note_change(bridge);
                                 flows_.remove_dependents(std::array{rule_tag(rule)});
                                 // Packets met not it, but what it helped to hold.
                                 if (is_conjunctive(rule))
                                   flows_.remove_dependents(table_tag(bridge, rule.table), rule.match);
                               },
                           .came =
                               [this, &bridge](const Rule& rule) {
                                 note_change(bridge);
                                 flows_.remove_dependents(table_tag(bridge, rule.table), rule.match);
                               },
                           .removed =
                               [this, &bridge](const Rule& rule, RemovalReason reason) {
                                 if (on_removal_) on_removal_(bridge, rule, reason, now_);
                               }});
}

void Programs::set_options(const BridgeSet& bridges, const ClassifierOptions& options) {
  options_ = options;
  for (const auto& [name, bridge] : bridges.bridges()) bridge->pipeline->tables.set_options(options);
}

void Programs::end(Bridge& bridge) {
  for (const auto& [id, meter] : bridge.pipeline->meters.meters()) release_number(*meter);
}

void Programs::reset(Bridge& bridge, bool as_normal_switch, TimePoint now) {
  now_ = now;
  bridge.pipeline->tables.remove_all(RemovalReason::kDelete);
  if (!as_normal_switch) return;
  FlowMod normal{.priority = 0};
  normal.instructions.has_apply = true;
  normal.instructions.apply.push_back(of::Output{.port = kOfPortNormal});
  apply(bridge, normal, now);
}

FlowChanges Programs::apply(Bridge& bridge, const FlowMod& mod, TimePoint now) {
  now_ = now;
  check(mod, *bridge.pipeline);
  return bridge.pipeline->tables.apply(mod, now);
}

// Rules that lead to a group that is deleted go, too.
void Programs::apply(Bridge& bridge, const GroupMod& mod, TimePoint now) {
  now_ = now;
  Pipeline& pipeline = *bridge.pipeline;
  check(mod, pipeline);
  if (mod.command == GroupMod::Command::kDelete) {
    pipeline.tables.remove_users_of_group(mod.id);
    if (mod.id == kGroupAll) {
      for (const auto& [id, group] : pipeline.groups.groups()) forget_group(bridge, id);
    }
  }
  forget_group(bridge, mod.id);
  pipeline.groups.apply(mod, now);
}

void Programs::note_change(Bridge& bridge) {
  changes_++;
  bridge.pipeline->changes++;
}

void Programs::forget_group(Bridge& bridge, uint32_t id) {
  note_change(bridge);
  for (const uint32_t dependent : bridge.pipeline->groups.depending_on(id))
    flows_.remove_dependents(std::array{group_tag(bridge, dependent)});
}

// Meters change rarely: everything cached goes, for a meter's number may be in any flow's actions.
void Programs::apply(Bridge& bridge, const MeterMod& mod, TimePoint now) {
  now_ = now;
  Pipeline& pipeline = *bridge.pipeline;
  note_change(bridge);
  flows_.flush();
  if (mod.command == MeterMod::Command::kDelete) {
    std::vector<uint32_t> doomed;
    for (const auto& [id, meter] : pipeline.meters.meters()) {
      if (mod.meter.id == kMeterAll || mod.meter.id == id) doomed.push_back(id);
    }
    for (const uint32_t id : doomed) forget_meter(bridge, id);
  }
  pipeline.meters.apply(mod, now);
  if (mod.command == MeterMod::Command::kAdd) number_meter(bridge, mod.meter.id);
}

void Programs::forget_meter(Bridge& bridge, uint32_t id) {
  bridge.pipeline->tables.remove_users_of_meter(id);
  release_number(*bridge.pipeline->meters.find(id));
}

void Programs::number_meter(Bridge& bridge, uint32_t id) {
  Meter* meter = bridge.pipeline->meters.find(id);
  if (unused_meter_numbers_.empty()) {
    unused_meter_numbers_.push_back(static_cast<uint32_t>(meters_.size()));
    meters_.push_back(nullptr);
  }
  meter->datapath_id = unused_meter_numbers_.back();
  unused_meter_numbers_.pop_back();
  meters_[meter->datapath_id] = meter;
}

void Programs::release_number(const Meter& meter) {
  meters_[meter.datapath_id] = nullptr;
  unused_meter_numbers_.push_back(meter.datapath_id);
}

void Programs::punt_misses(Bridge& bridge, bool on) {
  if (bridge.pipeline->misses_are_punted == on) return;
  flows_.flush();
  bridge.pipeline->misses_are_punted = on;
}

void Programs::drop_fragments(Bridge& bridge, bool on) {
  if (bridge.pipeline->drops_fragments == on) return;
  flows_.flush();
  bridge.pipeline->drops_fragments = on;
}

bool Programs::learn(const std::vector<LearnedRule>& rules, TimePoint now,
                     std::vector<DependencyTag>& depends) {
  now_ = now;
  bool all_known = true;
  for (const LearnedRule& learned : rules) {
    if (Rule* known = find_known(learned)) {
      known->renew(now);
      depends.push_back(rule_tag(*known));
      continue;
    }
    all_known = false;
    try {
      apply(*learned.bridge, learned.mod, now);
    } catch (const OfFault&) {  // a full table: what cannot be learned is not
    }
  }
  return all_known;
}

void Programs::expire(const BridgeSet& bridges, TimePoint now) {
  now_ = now;
  for (const auto& [name, bridge] : bridges.bridges()) bridge->pipeline->tables.expire(now);
}

void Programs::expire_hard(const BridgeSet& bridges, TimePoint now) {
  now_ = now;
  for (const auto& [name, bridge] : bridges.bridges()) bridge->pipeline->tables.expire_hard(now);
}

MeterVerdict Programs::run_meter(uint32_t datapath_id, const WireSize& size, TimePoint now) {
  Meter* meter = datapath_id < meters_.size() ? meters_[datapath_id] : nullptr;
  if (!meter) return {.pass = true, .raise_drop_precedence = 0};
  return meter->run(size, now);
}

}  // namespace flowbed::sw
