// PrefixTrie: the prefixes that rules ask of one field, so that a lookup knows which of them a value can
// have.
//
// Searching it for a value shows how many leading bits decide which prefixes contain the value, which is
// often far fewer than the prefixes have: a subtable none of whose prefixes fits is passed over at the cost
// of those bits (NSDI 2015, section 5.4).
//
// One tree of half a million prefixes would cost a lookup twenty cache misses, one a level. So the prefixes
// that have more than kHeadLength bits are in small trees, one for each beginning, found by a hash.
#pragma once

#include <memory>

#include "switchd/flow/probing_table.hh"
#include "switchd/slowpath/classifier/radix_tree.hh"

namespace flowbed::sw {

class PrefixTrie {
 public:
  static constexpr unsigned kHeadLength = 16;  // bits

  // As RadixTree's.
  void insert(LeadingBits prefix, unsigned length);
  void remove(LeadingBits prefix, unsigned length);
  bool empty() const { return short_.empty() && heads_.empty(); }
  PrefixAnswer find(LeadingBits value) const;

 private:
  struct Tail {  // of prefixes that begin alike
    LeadingBits head;
    RadixTree tree;
  };
  Tail* find_tail(LeadingBits head) const;

  RadixTree short_;  // no longer than kHeadLength
  RadixTree heads_;  // how the others begin
  ProbingTable<std::unique_ptr<Tail>> tails_;
};

}  // namespace flowbed::sw
