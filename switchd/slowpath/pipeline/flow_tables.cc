#include "switchd/slowpath/pipeline/flow_tables.hh"

#include <algorithm>

#include "switchd/slowpath/pipeline/action_facts.hh"
#include "switchd/slowpath/pipeline/conjunctions.hh"
#include "switchd/slowpath/pipeline/of_fault.hh"

namespace flowbed::sw {
namespace {

constexpr uint64_t kAnyCookie = 0;

bool is_over(TimePoint now, TimePoint since, uint16_t timeout) {
  return timeout > 0 && now - since >= std::chrono::seconds(timeout);
}

bool has_timeout(const Rule& rule) { return rule.idle_timeout > 0 || rule.hard_timeout > 0; }

bool cookie_fits(uint64_t cookie, uint64_t wanted, uint64_t mask) {
  return ((cookie ^ wanted) & mask) == kAnyCookie;
}

FlowFilter filter_of(const FlowMod& mod) {
  const bool deletes =
      mod.command == FlowMod::Command::kDelete || mod.command == FlowMod::Command::kDeleteStrict;
  return {.table = mod.table,
          .match = mod.match,
          .out_port = deletes ? mod.out_port : kOfPortAny,
          .out_group = deletes ? mod.out_group : kGroupAny,
          .cookie = mod.cookie,
          .cookie_mask = mod.cookie_mask};
}

bool selects(const FlowFilter& filter, const Rule& rule) {
  return cookie_fits(rule.cookie, filter.cookie, filter.cookie_mask) &&
         (filter.out_port == kOfPortAny || outputs_to(*rule.instructions, filter.out_port)) &&
         (filter.out_group == kGroupAny || leads_to_group(*rule.instructions, filter.out_group));
}

std::unique_ptr<Rule> make_rule(const FlowMod& mod, TimePoint now) {
  auto rule = std::make_unique<Rule>();
  rule->match = mod.match;
  rule->priority = mod.priority;
  rule->id = next_rule_id();
  rule->table = mod.table;
  rule->cookie = mod.cookie;
  rule->idle_timeout = mod.idle_timeout;
  rule->hard_timeout = mod.hard_timeout;
  rule->importance = mod.importance;
  rule->flags = mod.flags;
  rule->instructions = std::make_shared<const Instructions>(mod.instructions);
  rule->created = rule->modified = rule->renewed = rule->counter.used = now;
  return rule;
}

}  // namespace

uint64_t next_rule_id() {
  static uint64_t last = 0;
  return ++last;
}

FlowTables::FlowTables(ClassifierOptions options, Observer observer)
    : options_(options), observer_(std::move(observer)) {}

FlowTable& FlowTables::table(uint8_t id) {
  auto& place = tables_[id];
  if (!place) place = std::make_unique<FlowTable>(options_);
  return *place;
}

void FlowTables::set_options(const ClassifierOptions& options) {
  options_ = options;
  for (const auto& table : tables_) {
    if (table) table->set_options(options);
  }
}

size_t FlowTables::size() const {
  size_t rules = 0;
  for (const auto& table : tables_) rules += table ? table->size() : 0;
  return rules;
}

FlowChanges FlowTables::apply(const FlowMod& mod, TimePoint now) {
  using enum FlowMod::Command;
  switch (mod.command) {
    case kAdd:
      return add(mod, now);
    case kModify:
    case kModifyStrict:
      return modify(mod, mod.command == kModifyStrict, now);
    case kDelete:
    case kDeleteStrict:
      return remove_selected(mod, mod.command == kDeleteStrict);
  }
  return {};
}

FlowChanges FlowTables::add(const FlowMod& mod, TimePoint now) {
  FlowTable& table = this->table(mod.table);
  if (mod.flags & kFlowCheckOverlap) check_overlap(mod, table);
  Rule* same = table.find_same(mod.match, mod.priority);
  if (!same) {
    const size_t evicted = make_room(mod, table);
    insert(mod, now, nullptr);
    return {.added = 1, .removed = evicted};
  }
  // The same rule again: a new one in its place. No flow-removed, and its counts go on unless asked
  // otherwise.
  const std::unique_ptr<Rule> old = take(*same);
  insert(mod, now, mod.flags & kFlowResetCounts ? nullptr : &old->counter);
  return {.changed = 1, .removed = forget_learned(old->instructions)};
}

void FlowTables::check_overlap(const FlowMod& mod, const FlowTable& table) const {
  table.for_each([&](const Rule& rule) {
    if (rule.priority != mod.priority || !overlaps(rule.match, mod.match)) return;
    throw OfFault(OfFaultKind::kOverlap,
                  "table " + std::to_string(rule.table) + " has a rule of the same priority, " +
                      std::to_string(rule.priority) + ", that overlaps with it (cookie " +
                      std::to_string(rule.cookie) +
                      "); give it another priority, or leave out check_overlap");
  });
}

size_t FlowTables::make_room(const FlowMod& mod, FlowTable& table) {
  if (table.size() < table.limit) return 0;
  if (!table.evicts)
    throw OfFault(OfFaultKind::kTableFull,
                  "table " + std::to_string(mod.table) + " is full: it has " + std::to_string(table.size()) +
                      " rules and takes " + std::to_string(table.limit) +
                      "; delete some, or let it evict the least important ones (OpenFlow 1.4)");
  Rule* least = nullptr;
  table.for_each([&](Rule& rule) {
    if (!least || rule.importance < least->importance) least = &rule;
  });
  return least ? remove(Rules{least}, RemovalReason::kEviction) : 0;
}

void FlowTables::insert(const FlowMod& mod, TimePoint now, const FlowCounter* counter) {
  std::unique_ptr<Rule> rule = make_rule(mod, now);
  if (counter) {
    rule->counter.packets = counter->packets;
    rule->counter.bytes = counter->bytes;
  }
  with_timeouts_ += has_timeout(*rule);
  observer_.came(table(mod.table).insert(std::move(rule)));
}

std::unique_ptr<Rule> FlowTables::take(Rule& rule) {
  observer_.leaves_or_changes(rule);
  with_timeouts_ -= has_timeout(rule);
  return table(rule.table).remove(rule);
}

size_t FlowTables::remove(const Rules& rules, RemovalReason reason) {
  std::vector<SharedInstructions> gone;
  for (Rule* rule : rules) {
    const std::unique_ptr<Rule> removed = take(*rule);
    observer_.removed(*removed, reason);
    gone.push_back(removed->instructions);
  }
  size_t removed = rules.size();
  for (const SharedInstructions& instructions : gone) removed += forget_learned(instructions);
  return removed;
}

bool FlowTables::teaches(uint8_t table, uint64_t cookie) const {
  return std::ranges::any_of(tables_, [&](const auto& each) {
    bool found = false;
    if (each)
      each->for_each([&](const Rule& rule) {
        found |= std::ranges::any_of(lessons_of(*rule.instructions), [&](const of::Learn* lesson) {
          return lesson->table == table && lesson->cookie == cookie;
        });
      });
    return found;
  });
}

size_t FlowTables::forget_learned(const SharedInstructions& gone) {
  size_t removed = 0;
  for (const of::Learn* lesson : lessons_of(*gone)) {
    if (teaches(lesson->table, lesson->cookie)) continue;
    removed += remove_where(
        [&](const Rule& rule) { return rule.table == lesson->table && rule.cookie == lesson->cookie; },
        RemovalReason::kDelete);
  }
  return removed;
}

// Instructions change; counters, timeouts and, but for its own cookie mask, cookies stay.
FlowChanges FlowTables::modify(const FlowMod& mod, bool strict, TimePoint now) {
  const std::vector<Rule*> selected = strict ? select_strictly(mod) : select(filter_of(mod));
  if (selected.empty() && mod.modify_adds && mod.cookie_mask == 0) {
    FlowMod added = mod;
    if (added.table == kTableAll) added.table = 0;
    if (added.cookie == kKeepCookie) added.cookie = 0;
    return add(added, now);
  }
  std::vector<SharedInstructions> gone;
  for (Rule* rule : selected) {
    gone.push_back(rule->instructions);
    replace(*rule, mod, now);
  }
  FlowChanges changes{.changed = selected.size()};
  for (const SharedInstructions& instructions : gone) changes.removed += forget_learned(instructions);
  return changes;
}

void FlowTables::replace(Rule& rule, const FlowMod& mod, TimePoint now) {
  observer_.leaves_or_changes(rule);
  table(rule.table).replace_instructions(rule, std::make_shared<const Instructions>(mod.instructions));
  if (is_conjunctive(rule)) observer_.came(rule);
  if (mod.modify_adds && mod.cookie_mask == 0 && mod.cookie != kKeepCookie) rule.cookie = mod.cookie;
  rule.modified = now;
  if (mod.flags & kFlowResetCounts) rule.counter = {.packets = 0, .bytes = 0, .used = rule.counter.used};
}

FlowChanges FlowTables::remove_selected(const FlowMod& mod, bool strict) {
  return {.removed = remove(strict ? select_strictly(mod) : select(filter_of(mod)), RemovalReason::kDelete)};
}

std::vector<Rule*> FlowTables::select(const FlowFilter& filter) const {
  std::vector<Rule*> selected;
  for (size_t id = 0; id < kTables; id++) {
    if (!tables_[id] || (filter.table != kTableAll && filter.table != id)) continue;
    tables_[id]->for_each([&](Rule& rule) {
      if (contains(filter.match, rule.match) && selects(filter, rule)) selected.push_back(&rule);
    });
  }
  return selected;
}

std::vector<Rule*> FlowTables::select_strictly(const FlowMod& mod) const {
  const FlowFilter filter = filter_of(mod);
  std::vector<Rule*> selected;
  for (size_t id = 0; id < kTables; id++) {
    if (!tables_[id] || (filter.table != kTableAll && filter.table != id)) continue;
    Rule* rule = tables_[id]->find_same(mod.match, mod.priority);
    if (rule && selects(filter, *rule)) selected.push_back(rule);
  }
  return selected;
}

std::vector<Rule*> FlowTables::select_where(const Predicate& predicate) const {
  std::vector<Rule*> selected;
  for (const auto& table : tables_) {
    if (!table) continue;
    table->for_each([&](Rule& rule) {
      if (predicate(rule)) selected.push_back(&rule);
    });
  }
  return selected;
}

size_t FlowTables::remove_where(const Predicate& predicate, RemovalReason reason) {
  return remove(select_where(predicate), reason);
}

void FlowTables::remove_all(RemovalReason reason) {
  remove_where([](const Rule&) { return true; }, reason);
}

void FlowTables::remove_users_of_group(uint32_t group) {
  remove_where([&](const Rule& rule) { return leads_to_group(*rule.instructions, group); },
               RemovalReason::kGroupDelete);
}

void FlowTables::remove_users_of_meter(uint32_t meter) {
  remove_where([&](const Rule& rule) { return rule.instructions->meter == meter; },
               RemovalReason::kMeterDelete);
}

void FlowTables::shorten(Rule& rule, uint16_t idle_timeout, uint16_t hard_timeout) {
  const auto reduce = [](uint16_t& timeout, uint16_t most) {
    if (most > 0 && (timeout == 0 || timeout > most)) timeout = most;
  };
  with_timeouts_ -= has_timeout(rule);
  reduce(rule.idle_timeout, idle_timeout);
  reduce(rule.hard_timeout, hard_timeout);
  with_timeouts_ += has_timeout(rule);
}

void FlowTables::expire_hard(TimePoint now) {
  if (!may_expire()) return;
  remove_where([&](const Rule& rule) { return is_over(now, rule.renewed, rule.hard_timeout); },
               RemovalReason::kHardTimeout);
}

// What is known of a rule's use may be old: its flows are taken back first, and tell.
void FlowTables::expire(TimePoint now) {
  expire_hard(now);
  if (!may_expire()) return;
  const auto seems_idle = [&](const Rule& rule) {
    return is_over(now, rule.counter.used, rule.idle_timeout);
  };
  for (Rule* rule : select_where(seems_idle)) observer_.leaves_or_changes(*rule);
  remove_where(seems_idle, RemovalReason::kIdleTimeout);
}

}  // namespace flowbed::sw
