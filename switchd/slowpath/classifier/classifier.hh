// Classifier: the rule of the highest priority that matches a packet, among hundreds of thousands.
//
// Tuple-space search: the rules of one mask form a subtable, a hash table; a lookup asks them one by one.
// What is special is what it does not look at: the megaflow that is made of a lookup is as wide as the bits
// are few on which the answer depended. Priority sorting, staged lookup, prefix tracking and port tries keep
// them few (NSDI 2015, section 5).
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "switchd/slowpath/classifier/rule_subtable.hh"

namespace flowbed::sw {

class Classifier {
 public:
  explicit Classifier(ClassifierOptions options = {}) : options_(options) {}

  void set_options(const ClassifierOptions& options) { options_ = options; }  // while there are no rules

  // Rules stay their owner's, and stay where they are. There is none of this match and priority yet.
  void insert(ClassifierRule& rule);
  void remove(ClassifierRule& rule);  // is in it

  // Null: none matches. Adds to `looked_at` every bit of the key that had to be looked at: a packet that is
  // the same in these gets the same answer, as long as no rule comes or goes.
  ClassifierRule* find(const PipelineKey& key, PipelineMask& looked_at) const;
  // Every rule that matches, in no order. Looks at all that any of them or of the others looks at.
  std::vector<ClassifierRule*> find_all(const PipelineKey& key, PipelineMask& looked_at) const;
  // The rule of the same match and priority; null: there is none.
  ClassifierRule* find_same(const ClassifierRule& rule) const;

  size_t subtable_count() const { return subtables_.size(); }
  size_t memory() const;  // bytes of the tables, without rules and prefix tries

 private:
  using Answers = std::array<std::optional<PrefixAnswer>, kPrefixFields>;

  RuleSubtable* subtable_of(const ClassifierRule& rule) const;
  bool misses_a_prefix(const RuleSubtable& subtable, const PipelineKey& key, PipelineMask& looked_at,
                       Answers& answers) const;
  void sort();

  ClassifierOptions options_;
  std::vector<std::unique_ptr<RuleSubtable>> subtables_;  // highest priorities first, if these are sorted
  std::array<PrefixTrie, kPrefixFields> prefixes_;
};

}  // namespace flowbed::sw
