// RadixTree: prefixes, found by the values that have them. Without one-way branches; all nodes in one array,
// so that a small tree is a few cache lines.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace flowbed::sw {

// A value or a prefix of one, up to 128 bits, the first bit of the packet being the highest here.
using LeadingBits = unsigned __int128;
inline constexpr unsigned kMaxPrefixLength = 128;

LeadingBits leading_bits(const void* field, size_t bytes);  // in network byte order
LeadingBits leading_ones(unsigned count);

struct PrefixAnswer {
  unsigned looked_at = 0;                       // so many leading bits decide it
  std::bitset<kMaxPrefixLength + 1> contained;  // by length: a prefix of the value that is in the tree
};

class RadixTree {
 public:
  // The same prefix may be inserted repeatedly, and is there until it was removed as often. Bits of `prefix`
  // behind `length` are 0.
  void insert(LeadingBits prefix, unsigned length);
  void remove(LeadingBits prefix, unsigned length);
  bool empty() const { return prefixes_ == 0; }
  PrefixAnswer find(LeadingBits value) const;

 private:
  using Index = uint32_t;
  static constexpr Index kRoot = 0, kNone = 0;  // the root is nobody's child

  // A prefix that was inserted (`count` > 0), or where two of them part.
  struct Node {
    LeadingBits prefix = 0;
    uint32_t count = 0;
    std::array<Index, 2> children = {kNone, kNone};
    uint8_t length = 0;
  };

  Index make(const Node& node);
  void join_where_possible(Index at, Index parent);

  std::vector<Node> nodes_{1};
  std::vector<Index> unused_;
  size_t prefixes_ = 0;
};

}  // namespace flowbed::sw
