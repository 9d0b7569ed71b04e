// Conjunctive matches (Nicira's conjunction action): a rule of several clauses, each with many alternatives,
// without a rule for every combination.
//
// A rule with the action conjunction(id, k/n) says that clause k of n of conjunction `id` holds. Where for
// some id all clauses hold, by rules of equal priority, the packet meets the rules that match conj_id=id as
// if it had that id.
#pragma once

#include "switchd/slowpath/classifier/classifier.hh"
#include "switchd/slowpath/pipeline/rule.hh"

namespace flowbed::sw {

bool is_conjunctive(const Rule& rule);
// The rule that a packet meets in a table with conjunctive rules. Looks at all that any rule of the table
// that could matter looks at.
Rule* find_with_conjunctions(const Classifier& classifier, const PipelineKey& key, PipelineMask& looked_at);

}  // namespace flowbed::sw
