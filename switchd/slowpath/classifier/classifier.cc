#include "switchd/slowpath/classifier/classifier.hh"

#include <algorithm>

namespace flowbed::sw {

RuleSubtable* Classifier::subtable_of(const ClassifierRule& rule) const {
  const auto found =
      std::ranges::find_if(subtables_, [&](const auto& subtable) { return subtable->takes(rule); });
  return found == subtables_.end() ? nullptr : found->get();
}

void Classifier::insert(ClassifierRule& rule) {
  RuleSubtable* subtable = subtable_of(rule);
  const bool is_new = subtable == nullptr;
  if (is_new) subtable = subtables_.emplace_back(std::make_unique<RuleSubtable>(rule, options_)).get();
  const bool rises = is_new || rule.priority > subtable->highest_priority();
  subtable->insert(rule);
  for (size_t i = 0; i < kPrefixFields; i++) {
    if (const auto length = subtable->prefix_lengths()[i])
      prefixes_[i].insert(prefix_fields()[i].value(rule.match.key), *length);
  }
  if (rises) sort();
}

void Classifier::remove(ClassifierRule& rule) {
  RuleSubtable* subtable = subtable_of(rule);
  for (size_t i = 0; i < kPrefixFields; i++) {
    if (const auto length = subtable->prefix_lengths()[i])
      prefixes_[i].remove(prefix_fields()[i].value(rule.match.key), *length);
  }
  const int highest = subtable->highest_priority();
  subtable->remove(rule);
  if (subtable->empty()) {
    std::erase_if(subtables_, [&](const auto& each) { return each.get() == subtable; });
  } else if (subtable->highest_priority() != highest) {
    sort();
  }
}

void Classifier::sort() {
  if (!options_.priority_sorting) return;
  std::ranges::stable_sort(subtables_, std::greater(),
                           [](const auto& each) { return each->highest_priority(); });
}

ClassifierRule* Classifier::find_same(const ClassifierRule& rule) const {
  const RuleSubtable* subtable = subtable_of(rule);
  return subtable == nullptr ? nullptr : subtable->find_same(rule);
}

ClassifierRule* Classifier::find(const PipelineKey& key, PipelineMask& looked_at) const {
  ClassifierRule* best = nullptr;
  Answers answers;
  for (const auto& subtable : subtables_) {
    if (options_.priority_sorting && best != nullptr && best->priority >= subtable->highest_priority()) break;
    if (misses_a_prefix(*subtable, key, looked_at, answers)) continue;
    ClassifierRule* rule = subtable->find(key, looked_at);
    if (rule != nullptr && (best == nullptr || rule->priority > best->priority)) best = rule;
  }
  return best;
}

std::vector<ClassifierRule*> Classifier::find_all(const PipelineKey& key, PipelineMask& looked_at) const {
  std::vector<ClassifierRule*> all;
  for (const auto& subtable : subtables_) {
    for (ClassifierRule* rule = subtable->find(key, looked_at); rule; rule = rule->next_lower)
      all.push_back(rule);
  }
  return all;
}

// Whether some field of the packet has none of the prefixes that the subtable asks of it.
bool Classifier::misses_a_prefix(const RuleSubtable& subtable, const PipelineKey& key,
                                 PipelineMask& looked_at, Answers& answers) const {
  for (size_t i = 0; i < kPrefixFields; i++) {
    const auto length = subtable.prefix_lengths()[i];
    const PrefixField& field = prefix_fields()[i];
    if (!length || !field.is_in(key)) continue;
    if (!answers[i]) answers[i] = prefixes_[i].find(field.value(key));
    if (answers[i]->contained[*length]) continue;
    field.mark(looked_at, std::min(answers[i]->looked_at, *length));
    return true;
  }
  return false;
}

size_t Classifier::memory() const {
  size_t bytes = 0;
  for (const auto& subtable : subtables_) bytes += subtable->memory();
  return bytes;
}

}  // namespace flowbed::sw
