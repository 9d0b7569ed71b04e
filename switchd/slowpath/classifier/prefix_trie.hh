// PrefixTrie: the prefixes that rules ask of one field, so that a lookup knows which of them a value can
// have.
//
// A radix tree without one-way branches. Searching it for a value shows how many leading bits decide which
// prefixes contain the value, which is often far fewer than the prefixes have: a subtable none of whose
// prefixes fits is passed over at the cost of those bits (NSDI 2015, section 5.4).
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>

namespace flowbed::sw {

// A value or a prefix of one, up to 128 bits, the first bit of the packet being the highest here.
using LeadingBits = unsigned __int128;

class PrefixTrie {
 public:
  static constexpr unsigned kMaxLength = 128;

  struct Answer {
    unsigned looked_at = 0;                 // so many leading bits decide it
    std::bitset<kMaxLength + 1> contained;  // by length: a prefix of the value that some rule asks for
  };

  PrefixTrie();
  ~PrefixTrie();

  // The same prefix may be inserted repeatedly, and is there until it was removed as often. Bits of `prefix`
  // behind `length` are 0.
  void insert(LeadingBits prefix, unsigned length);
  void remove(LeadingBits prefix, unsigned length);
  bool empty() const { return prefixes_ == 0; }
  Answer find(LeadingBits value) const;

 private:
  struct Node;
  using Place = std::unique_ptr<Node>;

  static void join_where_possible(Place& place);
  static void remove_below(Place& place, LeadingBits prefix, unsigned length);

  Place root_;  // of length 0
  size_t prefixes_ = 0;
};

LeadingBits leading_bits(const void* field, size_t bytes);  // in network byte order
LeadingBits leading_ones(unsigned count);

}  // namespace flowbed::sw
