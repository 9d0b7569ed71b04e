#include "switchd/control/verb_flows.hh"

#include <algorithm>

#include "switchd/slowpath/bridge_port_names.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"

namespace flowbed::sw {
namespace {

// More would hold up packets while they are written down.
constexpr size_t kMaxRulesShown = 20'000;

Json describe(const Rule& rule, const PortNames& ports, TimePoint now) {
  const FlowMod mod = mod_of(rule);
  const double duration_s = to_seconds(std::max(Duration{}, now - rule.created));
  const RuleCounts counts{duration_s, rule.counter.packets, rule.counter.bytes};
  return {{"table", rule.table},
          {"priority", rule.priority},
          {"match", format_match(rule.match, ports)},
          {"actions", format_instructions(*rule.instructions, ports)},
          {"packets", rule.counter.packets},
          {"bytes", rule.counter.bytes},
          {"duration_s", duration_s},
          {"idle_s", to_seconds(std::max(Duration{}, now - rule.counter.used))},
          {"cookie", rule.cookie},
          {"idle_timeout", rule.idle_timeout},
          {"hard_timeout", rule.hard_timeout},
          {"importance", rule.importance},
          {"send_flow_rem", (rule.flags & kFlowSendRemoved) != 0},
          {"text", format_flow(mod, counts, ports)}};
}

Json sum_of(const std::vector<Rule*>& rules) {
  uint64_t packets = 0, bytes = 0;
  for (const Rule* rule : rules) {
    packets += rule->counter.packets;
    bytes += rule->counter.bytes;
  }
  return {{"packets", packets}, {"bytes", bytes}, {"rules", rules.size()}};
}

bool is_shown_before(const Rule* a, const Rule* b) {
  return a->table != b->table ? a->table < b->table : a->priority > b->priority;
}

Json describe_table(size_t id, const FlowTable& table) {
  return {{"table", id},
          {"name", table.name},
          {"rules", table.size()},
          {"lookups", table.lookups.packets},
          {"matches", table.matches.packets},
          {"max_rules", table.limit}};
}

bool is_modify(FlowMod::Command command) {
  return command == FlowMod::Command::kModify || command == FlowMod::Command::kModifyStrict;
}

}  // namespace

FlowMod mod_of(const Rule& rule) {
  return {.table = rule.table,
          .match = rule.match,
          .priority = static_cast<uint16_t>(rule.priority),
          .cookie = rule.cookie,
          .idle_timeout = rule.idle_timeout,
          .hard_timeout = rule.hard_timeout,
          .importance = rule.importance,
          .flags = rule.flags,
          .instructions = *rule.instructions};
}

Json describe_flows(const Bridge& bridge, const std::string& filter, Wording wording, TimePoint now) {
  const PortNames ports = port_names(bridge), numbers{.find = ports.find};
  std::vector<Rule*> rules = bridge.pipeline->tables.select(parse_filter(filter, ports));
  std::ranges::stable_sort(rules, is_shown_before);
  const size_t shown = std::min(rules.size(), kMaxRulesShown);
  Json all = Json::array();
  for (size_t i = 0; i < shown; i++) all.push_back(describe(*rules[i], wording.names ? ports : numbers, now));
  return {{"switch", bridge.config.name},
          {"rules", std::move(all)},
          {"rules_not_shown", rules.size() - shown},
          {"totals", sum_of(rules)}};
}

Json describe_tables(const Bridge& bridge) {
  Json all = Json::array();
  for (size_t id = 0; id < FlowTables::kTables; id++) {
    const FlowTable* table = bridge.pipeline->tables.find(static_cast<uint8_t>(id));
    if (table && (id == 0 || table->size() > 0 || table->lookups.packets > 0))
      all.push_back(describe_table(id, *table));
  }
  return {{"switch", bridge.config.name}, {"tables", std::move(all)}};
}

Json change_flows(SlowPath& slow_path, Bridge& bridge, FlowMod::Command command, const std::string& text,
                  TimePoint now) {
  FlowMod mod = parse_flow(text, command, port_names(bridge));
  mod.modify_adds = true;
  if (is_modify(command) && mod.cookie == 0 && mod.cookie_mask == 0) mod.cookie = kKeepCookie;
  const FlowChanges changes = slow_path.programs().apply(bridge, mod, now);
  if (command == FlowMod::Command::kAdd) return Json::object();
  if (is_modify(command)) return {{"changed", changes.changed}, {"added", changes.added}};
  return {{"deleted", changes.removed}};
}

}  // namespace flowbed::sw
