// A subtable of the classifier: all rules of one mask, found by hashing what the mask looks at.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "switchd/flow/probing_table.hh"
#include "switchd/slowpath/classifier/prefix_fields.hh"
#include "switchd/slowpath/classifier/rule.hh"
#include "switchd/slowpath/classifier/stages.hh"

namespace flowbed::sw {

// How a lookup tells apart what differs; each for itself, to show what it does.
struct ClassifierOptions {
  bool priority_sorting = true;  // subtables of high priorities first; those that cannot win are not asked
  bool staged_lookup = true;
  bool prefix_tracking = true;
  bool port_tries = true;  // where only the ports differ, as few bits of them as show that
};

class RuleSubtable {
 public:
  // For rules like this one: of its mask and, if that looks at L3, of its Ethernet type.
  RuleSubtable(const ClassifierRule& like, const ClassifierOptions& options);

  bool takes(const ClassifierRule& rule) const;
  void insert(ClassifierRule& rule);
  void remove(ClassifierRule& rule);
  // The rule of this match and priority; null: there is none.
  ClassifierRule* find_same(const ClassifierRule& rule) const;

  // The rule of the highest priority that matches. Adds to `looked_at` the bits on which the answer depends.
  ClassifierRule* find(const PipelineKey& key, PipelineMask& looked_at) const;

  int highest_priority() const { return priorities_.rbegin()->first; }
  bool empty() const { return rules_.size() == 0; }
  // Of a prefix field: how many leading bits the mask asks for, if it asks for a prefix.
  const std::array<std::optional<unsigned>, kPrefixFields>& prefix_lengths() const { return prefix_lengths_; }
  size_t memory() const;  // bytes, without the rules themselves

 private:
  struct Count {
    uint32_t rules = 0;
    bool operator==(const Count&) const = default;
  };
  // What the mask looks at in one stage, word by word; and the hashes of all rules up to there.
  struct Stage {
    struct Word {
      uint8_t index;
      uint64_t bits;
    };
    std::vector<Word> words;
    PipelineMask looked_at;  // in this stage and those before
    ProbingTable<Count> hashes;
  };

  static uint64_t add_stage(uint64_t hash, const Stage& stage, const PipelineKey& key);
  uint64_t hash_of_rule(const PipelineKey& key) const;
  bool matches_rule(const PipelineKey& key, const ClassifierRule& rule) const;
  void count(const PipelineKey& key, int difference);
  bool mark_foreign_ports(const PipelineKey& key, PipelineMask& looked_at) const;
  LeadingBits ports_of(const PipelineKey& key) const;

  PipelineMask mask_;
  uint16_t eth_type_;  // as in the key; 0: the mask does not look at L3
  std::vector<Stage> stages_;
  ProbingTable<ClassifierRule*> rules_;  // of each match the one with the highest priority
  std::map<int, uint32_t> priorities_;   // how many rules have it
  std::array<std::optional<unsigned>, kPrefixFields> prefix_lengths_;
  std::optional<PrefixTrie> ports_;  // where the mask looks at ports, as leading bits of source, destination
};

}  // namespace flowbed::sw
