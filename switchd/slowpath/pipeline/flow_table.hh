// FlowTable: the rules of one table, and which of them a packet meets.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "switchd/slowpath/classifier/classifier.hh"
#include "switchd/slowpath/pipeline/rule.hh"

namespace flowbed::sw {

class FlowTable {
 public:
  static constexpr size_t kDefaultLimit = 1'000'000;  // rules

  explicit FlowTable(ClassifierOptions options) : classifier_(options) {}

  Rule& insert(std::unique_ptr<Rule> rule);  // there is none of its match and priority
  std::unique_ptr<Rule> remove(Rule& rule);
  void replace_instructions(Rule& rule, std::shared_ptr<const Instructions> instructions);
  // The rule that a packet meets; null: none. `looked_at` as in Classifier::find.
  Rule* find(const PipelineKey& key, PipelineMask& looked_at) const;
  Rule* find_same(const Match& match, int priority) const;

  void set_options(const ClassifierOptions& options);  // the answers stay the same

  size_t size() const { return rules_.size(); }
  // Oldest first. `visit` must not insert or remove.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [id, rule] : rules_) visit(*rule);
  }

  size_t limit = kDefaultLimit;  // rules
  bool evicts = false;           // makes room for a new rule by removing the least important one (1.4)
  std::string name;              // that a controller gave it
  FlowCounter lookups, matches;  // only packets are counted

 private:
  Classifier classifier_;
  std::map<uint64_t, std::unique_ptr<Rule>> rules_;  // by id
  size_t conjunctive_ = 0;                           // how many are parts of conjunctions
};

}  // namespace flowbed::sw
