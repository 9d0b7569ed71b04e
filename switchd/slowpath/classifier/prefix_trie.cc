#include "switchd/slowpath/classifier/prefix_trie.hh"

#include <algorithm>

#include "switchd/flow/flow_key.hh"

namespace flowbed::sw {

namespace {

LeadingBits head_of(LeadingBits value) { return value & leading_ones(PrefixTrie::kHeadLength); }

uint64_t hash_of_head(LeadingBits head) { return mix(0, static_cast<uint64_t>(head >> 64)); }

}  // namespace

PrefixTrie::Tail* PrefixTrie::find_tail(LeadingBits head) const {
  const auto* found = tails_.find(hash_of_head(head), [&](const auto& tail) { return tail->head == head; });
  return found ? found->get() : nullptr;
}

void PrefixTrie::insert(LeadingBits prefix, unsigned length) {
  if (length <= kHeadLength) return short_.insert(prefix, length);
  const LeadingBits head = head_of(prefix);
  heads_.insert(head, kHeadLength);
  Tail* tail = find_tail(head);
  if (tail == nullptr) {
    auto made = std::make_unique<Tail>(Tail{head, {}});
    tail = made.get();
    tails_.insert(hash_of_head(head), std::move(made));
  }
  tail->tree.insert(prefix, length);
}

void PrefixTrie::remove(LeadingBits prefix, unsigned length) {
  if (length <= kHeadLength) return short_.remove(prefix, length);
  const LeadingBits head = head_of(prefix);
  heads_.remove(head, kHeadLength);
  Tail* tail = find_tail(head);
  tail->tree.remove(prefix, length);
  if (tail->tree.empty())
    tails_.remove(hash_of_head(head), [&](const auto& other) { return other->head == head; });
}

// Where prefixes begin as the value does, how many bits they share with it is to be seen in their own tree.
PrefixAnswer PrefixTrie::find(LeadingBits value) const {
  PrefixAnswer answer = short_.find(value);
  if (heads_.empty()) return answer;
  const Tail* tail = find_tail(head_of(value));
  const PrefixAnswer more = tail ? tail->tree.find(value) : heads_.find(value);
  if (tail) answer.contained |= more.contained;
  answer.looked_at = std::max(answer.looked_at, more.looked_at);
  return answer;
}

}  // namespace flowbed::sw
