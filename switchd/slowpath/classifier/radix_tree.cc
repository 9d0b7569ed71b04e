#include "switchd/slowpath/classifier/radix_tree.hh"

#include <algorithm>
#include <bit>

namespace flowbed::sw {

namespace {

constexpr unsigned kBits = kMaxPrefixLength;

bool bit_at(LeadingBits value, unsigned position) { return (value >> (kBits - 1 - position)) & 1; }

// How many leading bits are the same.
unsigned common_length(LeadingBits a, LeadingBits b) {
  const LeadingBits difference = a ^ b;
  const auto high = static_cast<uint64_t>(difference >> 64);
  if (high != 0) return static_cast<unsigned>(std::countl_zero(high));
  return 64 + static_cast<unsigned>(std::countl_zero(static_cast<uint64_t>(difference)));
}

}  // namespace

LeadingBits leading_bits(const void* field, size_t bytes) {
  const auto* octets = static_cast<const uint8_t*>(field);
  LeadingBits value = 0;
  for (size_t i = 0; i < bytes; i++) value = value << 8 | octets[i];
  return bytes == 0 ? 0 : value << (kBits - 8 * bytes);
}

LeadingBits leading_ones(unsigned count) { return count == 0 ? 0 : ~LeadingBits{0} << (kBits - count); }

void RadixTree::insert(LeadingBits prefix, unsigned length) {
  prefixes_++;
  Index at = kRoot;
  while (nodes_[at].length < length) {
    const bool side = bit_at(prefix, nodes_[at].length);
    Index next = nodes_[at].children[side];
    if (next == kNone) {
      next = make({.prefix = prefix, .length = static_cast<uint8_t>(length)});
    } else {
      const Node below = nodes_[next];
      const unsigned common =
          std::min({common_length(prefix, below.prefix), length, static_cast<unsigned>(below.length)});
      if (common < below.length) {  // a node between this one and that
        Node fork{.prefix = prefix & leading_ones(common), .length = static_cast<uint8_t>(common)};
        fork.children[bit_at(below.prefix, common)] = next;
        next = make(fork);
      }
    }
    nodes_[at].children[side] = next;
    at = next;
  }
  nodes_[at].count++;
}

void RadixTree::remove(LeadingBits prefix, unsigned length) {
  prefixes_--;
  Index at = kRoot, parent = kRoot, grandparent = kRoot;
  while (nodes_[at].length < length) {
    grandparent = parent;
    parent = at;
    at = nodes_[at].children[bit_at(prefix, nodes_[at].length)];
  }
  nodes_[at].count--;
  join_where_possible(at, parent);
  join_where_possible(parent, grandparent);  // it may have had no other purpose
}

PrefixAnswer RadixTree::find(LeadingBits value) const {
  PrefixAnswer answer;
  for (const Node* node = &nodes_[kRoot];;) {
    if (node->count > 0) answer.contained.set(node->length);
    answer.looked_at = node->length;
    if (node->length == kBits || (node->children[0] == kNone && node->children[1] == kNone)) return answer;
    answer.looked_at = node->length + 1u;
    const Index next = node->children[bit_at(value, node->length)];
    if (next == kNone) return answer;
    node = &nodes_[next];
    const unsigned common = common_length(value, node->prefix);
    if (common < node->length) {
      answer.looked_at = common + 1;
      return answer;
    }
  }
}

RadixTree::Index RadixTree::make(const Node& node) {
  if (unused_.empty()) {
    nodes_.push_back(node);
    return static_cast<Index>(nodes_.size() - 1);
  }
  const Index index = unused_.back();
  unused_.pop_back();
  nodes_[index] = node;
  return index;
}

void RadixTree::join_where_possible(Index at, Index parent) {
  const Node& node = nodes_[at];
  if (at == kRoot || node.count > 0 || (node.children[0] != kNone && node.children[1] != kNone)) return;
  for (Index& child : nodes_[parent].children) {
    if (child == at) child = node.children[0] == kNone ? node.children[1] : node.children[0];
  }
  unused_.push_back(at);
}

}  // namespace flowbed::sw
