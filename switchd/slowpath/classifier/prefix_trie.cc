#include "switchd/slowpath/classifier/prefix_trie.hh"

#include <algorithm>
#include <bit>

namespace flowbed::sw {

namespace {

constexpr unsigned kBits = PrefixTrie::kMaxLength;

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

// A prefix that rules ask for (`rules` > 0), or where two of them part.
struct PrefixTrie::Node {
  LeadingBits prefix;
  unsigned length;
  uint32_t rules = 0;
  std::array<Place, 2> children = {};

  Place& child_towards(LeadingBits value) { return children[bit_at(value, length)]; }
};

PrefixTrie::PrefixTrie() : root_(new Node{0, 0}) {}
PrefixTrie::~PrefixTrie() = default;

void PrefixTrie::insert(LeadingBits prefix, unsigned length) {
  prefixes_++;
  Place* place = &root_;
  while (*place) {
    Node& node = **place;
    const unsigned common = std::min({common_length(prefix, node.prefix), length, node.length});
    if (common < node.length) {  // a node between this one and its parent
      auto fork = std::make_unique<Node>(Node{prefix & leading_ones(common), common});
      fork->child_towards(node.prefix) = std::move(*place);
      *place = std::move(fork);
      continue;
    }
    if (node.length == length) {
      node.rules++;
      return;
    }
    place = &node.child_towards(prefix);
  }
  *place = std::make_unique<Node>(Node{prefix, length, 1});
}

void PrefixTrie::remove(LeadingBits prefix, unsigned length) {
  prefixes_--;
  if (length == 0) {
    root_->rules--;
  } else {
    remove_below(root_->child_towards(prefix), prefix, length);
  }
}

void PrefixTrie::remove_below(Place& place, LeadingBits prefix, unsigned length) {
  if (place->length == length) {
    place->rules--;
  } else {
    remove_below(place->child_towards(prefix), prefix, length);
  }
  join_where_possible(place);
}

void PrefixTrie::join_where_possible(Place& place) {
  auto& [left, right] = place->children;
  if (place->rules > 0 || (left && right)) return;
  Place only = std::move(left ? left : right);
  place = std::move(only);
}

PrefixTrie::Answer PrefixTrie::find(LeadingBits value) const {
  Answer answer;
  for (const Node* node = root_.get();;) {
    if (node->rules > 0) answer.contained.set(node->length);
    answer.looked_at = node->length;
    if (node->length == kBits) return answer;
    const auto& [left, right] = node->children;
    if (!left && !right) return answer;
    answer.looked_at = node->length + 1;
    const Node* next = (bit_at(value, node->length) ? right : left).get();
    if (next == nullptr) return answer;
    const unsigned common = common_length(value, next->prefix);
    if (common < next->length) {
      answer.looked_at = common + 1;
      return answer;
    }
    node = next;
  }
}

}  // namespace flowbed::sw
