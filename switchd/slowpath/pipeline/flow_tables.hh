// FlowTables: the tables of one bridge, and what flow-mods do to them (OpenFlow 1.3, 6.4).
//
// Whoever owns it is told of every change, because caches forward by what the rules were: before a rule goes
// or changes, so that its counters can be brought up to date while it is still there, and after one came.
// Everything happens within the call that asked for it. Rules that were learned for as long as their teachers
// stay (Nicira's delete_learned) go with the last rule that teaches their table and cookie.
#pragma once

#include <array>
#include <functional>
#include <memory>

#include "switchd/slowpath/pipeline/flow_table.hh"

namespace flowbed::sw {

// How many rules a request has added, changed and removed, side effects included.
struct FlowChanges {
  size_t added = 0, changed = 0, removed = 0;  // one that takes the place of its like is changed
  bool operator==(const FlowChanges&) const = default;
};

class FlowTables {
 public:
  static constexpr size_t kTables = 254;

  struct Observer {
    std::function<void(Rule&)> leaves_or_changes;  // what was cached by this rule must go now
    std::function<void(const Rule&)> came;         // it may now be met by packets that met others, or none
    std::function<void(const Rule&, RemovalReason)> removed;
  };

  FlowTables(ClassifierOptions options, Observer observer);

  // Throws OfFault, and then nothing has changed.
  FlowChanges apply(const FlowMod& mod, TimePoint now);
  void remove_all(RemovalReason reason);
  void remove(Rule& rule, RemovalReason reason) { remove(Rules{&rule}, reason); }
  // Timeouts become as short as these, where they are not; 0: stays as it is. Nobody else sees a change.
  void shorten(Rule& rule, uint16_t idle_timeout, uint16_t hard_timeout);
  // Rules whose time is over.
  void expire(TimePoint now);
  void expire_hard(TimePoint now);  // hard timeouts only
  // Rules that lead to a group or a meter that goes.
  void remove_users_of_group(uint32_t group);
  void remove_users_of_meter(uint32_t meter);

  void set_options(const ClassifierOptions& options);  // of all tables

  FlowTable& table(uint8_t id);
  const FlowTable* find(uint8_t id) const { return tables_[id].get(); }  // null: nothing was ever in it
  std::vector<Rule*> select(const FlowFilter& filter) const;
  size_t size() const;
  bool may_expire() const { return with_timeouts_ > 0; }

 private:
  using Predicate = std::function<bool(const Rule&)>;
  using Rules = std::vector<Rule*>;
  using SharedInstructions = std::shared_ptr<const Instructions>;

  FlowChanges add(const FlowMod& mod, TimePoint now);
  FlowChanges modify(const FlowMod& mod, bool strict, TimePoint now);
  FlowChanges remove_selected(const FlowMod& mod, bool strict);
  void check_overlap(const FlowMod& mod, const FlowTable& table) const;
  size_t make_room(const FlowMod& mod, FlowTable& table);
  void replace(Rule& rule, const FlowMod& mod, TimePoint now);
  void insert(const FlowMod& mod, TimePoint now, const FlowCounter* counter);
  std::unique_ptr<Rule> take(Rule& rule);
  // These tell how many went, with those that had been learned from them.
  size_t remove(const Rules& rules, RemovalReason reason);
  std::vector<Rule*> select_where(const Predicate& predicate) const;
  size_t remove_where(const Predicate& predicate, RemovalReason reason);
  size_t forget_learned(const SharedInstructions& gone);
  bool teaches(uint8_t table, uint64_t cookie) const;
  std::vector<Rule*> select_strictly(const FlowMod& mod) const;

  ClassifierOptions options_;
  Observer observer_;
  std::array<std::unique_ptr<FlowTable>, kTables> tables_;
  size_t with_timeouts_ = 0;  // how many rules have one
};

// A new rule's: never used again in the process's life.
uint64_t next_rule_id();

}  // namespace flowbed::sw
