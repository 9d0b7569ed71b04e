#include "switchd/slowpath/pipeline/conjunctions.hh"

#include <algorithm>
#include <map>

#include <arpa/inet.h>

namespace flowbed::sw {
namespace {

using Clauses = uint64_t;  // bit k: clause k holds

struct Progress {
  Clauses holding = 0;
  uint8_t clauses = 0;
};

void note_clauses(const Rule& rule, std::map<uint32_t, Progress>& progress) {
  for (const OfAction& action : rule.instructions->apply) {
    const auto* part = std::get_if<of::Conjunction>(&action);
    if (!part) continue;
    Progress& conjunction = progress[part->id];
    conjunction.holding |= Clauses{1} << part->clause;
    conjunction.clauses = part->clauses;
  }
}

bool is_complete(const Progress& progress) {
  const Clauses all = progress.clauses == 64 ? ~Clauses{0} : (Clauses{1} << progress.clauses) - 1;
  return progress.holding == all;
}

// What the packet meets once it has the id: clauses do not count, though they match it still, often at the
// same priority. Null if the best rule does not ask for the id.
Rule* find_asking(const Classifier& classifier, const PipelineKey& key_with_id, PipelineMask& looked_at) {
  Rule* best = nullptr;
  for (ClassifierRule* each : classifier.find_all(key_with_id, looked_at)) {
    auto* rule = static_cast<Rule*>(each);
    const bool better = !best || rule->priority > best->priority ||
                        (rule->priority == best->priority && rule->match.mask.f.conj_id != 0);
    if (better && !is_conjunctive(*rule)) best = rule;
  }
  return best && best->match.mask.f.conj_id != 0 ? best : nullptr;
}

// Of the conjunctions that hold by rules of this priority: the best rule that asks for one of them.
Rule* find_completed(const Classifier& classifier, const std::vector<ClassifierRule*>& same_priority,
                     const PipelineKey& key, PipelineMask& looked_at) {
  std::map<uint32_t, Progress> progress;
  for (const ClassifierRule* rule : same_priority) note_clauses(*static_cast<const Rule*>(rule), progress);
  for (const auto& [id, conjunction] : progress) {
    if (!is_complete(conjunction)) continue;
    PipelineKey with_id = key;
    with_id.f.conj_id = htonl(id);
    if (Rule* rule = find_asking(classifier, with_id, looked_at)) return rule;
  }
  return nullptr;
}

}  // namespace

bool is_conjunctive(const Rule& rule) {
  return std::ranges::any_of(rule.instructions->apply, [](const OfAction& action) {
    return std::holds_alternative<of::Conjunction>(action);
  });
}

Rule* find_with_conjunctions(const Classifier& classifier, const PipelineKey& key, PipelineMask& looked_at) {
  std::vector<ClassifierRule*> matching = classifier.find_all(key, looked_at);
  std::ranges::stable_sort(matching, std::greater(), &ClassifierRule::priority);
  for (auto at = matching.begin(); at != matching.end();) {
    const auto end =
        std::find_if(at, matching.end(), [&](const auto* rule) { return rule->priority != (*at)->priority; });
    const std::vector<ClassifierRule*> same_priority(at, end);
    if (Rule* rule = find_completed(classifier, same_priority, key, looked_at)) return rule;
    const auto plain = std::ranges::find_if(
        same_priority, [](const auto* rule) { return !is_conjunctive(*static_cast<const Rule*>(rule)); });
    if (plain != same_priority.end()) return static_cast<Rule*>(*plain);
    at = end;
  }
  return nullptr;
}

}  // namespace flowbed::sw
