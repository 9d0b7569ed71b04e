#include "switchd/datapath/userspace/megaflow_table.hh"

#include <algorithm>
#include <utility>

namespace flowbed::sw {

namespace {
constexpr size_t kFirstSlots = 16;
constexpr uint32_t kFindsPerSort = 4096;
}  // namespace

Subtable::Subtable(const FlowMask& mask) : mask_(mask), slots_(kFirstSlots) {
  for (uint8_t i = 0; i < FLOW_KEY_WORDS; i++) {
    if (mask.words[i]) words_[word_count_++] = i;
  }
}

uint64_t Subtable::hash_masked(const FlowKey& key) const {
  uint64_t hash = word_count_;
  for (size_t i = 0; i < word_count_; i++) hash = mix(hash, key.words[words_[i]] & mask_.words[words_[i]]);
  return hash;
}

bool Subtable::matches_flow(const FlowKey& key, const Flow& flow) const {
  uint64_t difference = 0;
  for (size_t i = 0; i < word_count_; i++) {
    const size_t word = words_[i];
    difference |= (key.words[word] & mask_.words[word]) ^ flow.key.words[word];
  }
  return difference == 0;
}

Flow* Subtable::find(const FlowKey& key) const {
  const uint64_t hash = hash_masked(key);
  for (size_t i = hash & (slots_.size() - 1); slots_[i].flow; i = (i + 1) & (slots_.size() - 1)) {
    if (slots_[i].hash == hash && matches_flow(key, *slots_[i].flow)) return slots_[i].flow;
  }
  return nullptr;
}

void Subtable::place(Flow* flow, uint64_t hash) {
  size_t i = hash & (slots_.size() - 1);
  while (slots_[i].flow) i = (i + 1) & (slots_.size() - 1);
  slots_[i] = {hash, flow};
}

void Subtable::insert(Flow& flow) {
  if (++size_ * 2 > slots_.size()) grow();
  place(&flow, hash_masked(flow.key));
}

void Subtable::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.flow) place(slot.flow, slot.hash);
  }
}

// Linear probing needs no tombstones: the flows behind the gap, up to the next empty slot, are placed anew.
void Subtable::remove(Flow& flow) {
  const size_t last = slots_.size() - 1;
  size_t i = hash_masked(flow.key) & last;
  while (slots_[i].flow != &flow) i = (i + 1) & last;
  slots_[i].flow = nullptr;
  size_--;
  for (i = (i + 1) & last; slots_[i].flow; i = (i + 1) & last) {
    const Slot slot = std::exchange(slots_[i], {});
    place(slot.flow, slot.hash);
  }
}

Flow* MegaflowTable::find(const FlowKey& key) {
  if (++finds_ % kFindsPerSort == 0) sort_by_hits();
  for (const auto& subtable : subtables_) {
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
    subtable = subtables_.insert(subtables_.end(), std::make_unique<Subtable>(flow.mask));
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
