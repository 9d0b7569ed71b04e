#include "switchd/datapath/userspace/megaflow_table.hh"

#include <algorithm>

namespace flowbed::sw {

namespace {
constexpr uint64_t kFindsPerSort = 4096;
}  // namespace

MegaflowSubtable::MegaflowSubtable(const FlowMask& mask) : mask_(mask) {
  for (uint8_t i = 0; i < FLOW_KEY_WORDS; i++) {
    if (mask.words[i]) words_[word_count_++] = i;
  }
}

uint64_t MegaflowSubtable::hash_masked(const FlowKey& key) const {
  uint64_t hash = word_count_;
  for (size_t i = 0; i < word_count_; i++) hash = mix(hash, key.words[words_[i]] & mask_.words[words_[i]]);
  return hash;
}

bool MegaflowSubtable::matches_flow(const FlowKey& key, const Flow& flow) const {
  uint64_t difference = 0;
  for (size_t i = 0; i < word_count_; i++) {
    const size_t word = words_[i];
    difference |= (key.words[word] & mask_.words[word]) ^ flow.key.words[word];
  }
  return difference == 0;
}

Flow* MegaflowSubtable::find(const FlowKey& key) const {
  Flow* const* found =
      flows_.find(hash_masked(key), [&](const Flow* flow) { return matches_flow(key, *flow); });
  return found == nullptr ? nullptr : *found;
}

void MegaflowSubtable::insert(Flow& flow) { flows_.insert(hash_masked(flow.key), &flow); }

void MegaflowSubtable::remove(Flow& flow) {
  flows_.remove(hash_masked(flow.key), [&](const Flow* other) { return other == &flow; });
}

Flow* MegaflowTable::find(const FlowKey& key) {
  if (++finds_ % kFindsPerSort == 0) sort_by_hits();
  for (const auto& subtable : subtables_) {
    masks_searched_++;
    if (Flow* flow = subtable->find(key)) {
      subtable->recent_hits++;
      return flow;
    }
  }
  return nullptr;
}

const Flow* MegaflowTable::probe(const FlowKey& key) const {
  for (const auto& subtable : subtables_) {
    if (const Flow* flow = subtable->find(key)) return flow;
  }
  return nullptr;
}

void MegaflowTable::insert(Flow& flow) {
  const auto with_mask = [&](const auto& subtable) { return same_words(subtable->mask(), flow.mask); };
  auto subtable = std::ranges::find_if(subtables_, with_mask);
  if (subtable == subtables_.end()) {
    subtable = subtables_.insert(subtables_.end(), std::make_unique<MegaflowSubtable>(flow.mask));
  }
  (*subtable)->insert(flow);
}

void MegaflowTable::remove(Flow& flow) {
  const auto with_mask = [&](const auto& subtable) { return same_words(subtable->mask(), flow.mask); };
  const auto subtable = std::ranges::find_if(subtables_, with_mask);
  (*subtable)->remove(flow);
  if ((*subtable)->size() == 0) subtables_.erase(subtable);
}

// Halving lets old hits fade, so that the order follows the traffic.
void MegaflowTable::sort_by_hits() {
  std::ranges::stable_sort(subtables_,
                           [](const auto& a, const auto& b) { return a->recent_hits > b->recent_hits; });
  for (const auto& subtable : subtables_) subtable->recent_hits /= 2;
}

}  // namespace flowbed::sw
