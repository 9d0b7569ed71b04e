#include "switchd/slowpath/pipeline/flow_table.hh"

#include "switchd/slowpath/pipeline/conjunctions.hh"

namespace flowbed::sw {

Rule& FlowTable::insert(std::unique_ptr<Rule> rule) {
  Rule& inserted = *rule;
  classifier_.insert(inserted);
  conjunctive_ += is_conjunctive(inserted);
  rules_.emplace(inserted.id, std::move(rule));
  return inserted;
}

std::unique_ptr<Rule> FlowTable::remove(Rule& rule) {
  classifier_.remove(rule);
  conjunctive_ -= is_conjunctive(rule);
  return std::move(rules_.extract(rule.id).mapped());
}

void FlowTable::replace_instructions(Rule& rule, std::shared_ptr<const Instructions> instructions) {
  conjunctive_ -= is_conjunctive(rule);
  rule.instructions = std::move(instructions);
  conjunctive_ += is_conjunctive(rule);
}

Rule* FlowTable::find(const PipelineKey& key, PipelineMask& looked_at) const {
  if (conjunctive_ > 0) return find_with_conjunctions(classifier_, key, looked_at);
  return static_cast<Rule*>(classifier_.find(key, looked_at));
}

Rule* FlowTable::find_same(const Match& match, int priority) const {
  ClassifierRule like{.match = match, .priority = priority};
  return static_cast<Rule*>(classifier_.find_same(like));
}

void FlowTable::set_options(const ClassifierOptions& options) {
  for_each([this](Rule& rule) { classifier_.remove(rule); });
  classifier_.set_options(options);
  for_each([this](Rule& rule) { classifier_.insert(rule); });
}

}  // namespace flowbed::sw
