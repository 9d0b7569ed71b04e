// MegaflowTable: tuple-space search over masked flows without priorities.
//
// All flows of one mask form a subtable, a hash table of masked keys; a lookup masks the packet's key with
// each mask in turn and asks its subtable. The first that matches answers, since flows that overlap agree. So
// a hit costs as many probes as there are masks before its own: subtables are kept in the order of their
// recent hits, and with few masks that do most of the work (which is how traffic is) the first or second
// answers.
//
// Only the words that a mask looks at are masked, hashed and compared.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "switchd/datapath/userspace/flow.hh"
#include "switchd/flow/probing_table.hh"

namespace flowbed::sw {

class MegaflowSubtable {
 public:
  explicit MegaflowSubtable(const FlowMask& mask);

  Flow* find(const FlowKey& key) const;
  void insert(Flow& flow);  // no flow with this key is in the table
  void remove(Flow& flow);  // is in the table
  size_t size() const { return flows_.size(); }
  const FlowMask& mask() const { return mask_; }

  uint32_t recent_hits = 0;

 private:
  uint64_t hash_masked(const FlowKey& key) const;
  bool matches_flow(const FlowKey& key, const Flow& flow) const;

  FlowMask mask_;
  uint8_t words_[FLOW_KEY_WORDS];  // indices of the words that the mask looks at
  size_t word_count_ = 0;
  ProbingTable<Flow*> flows_;
};

class MegaflowTable {
 public:
  Flow* find(const FlowKey& key);               // counts towards the order of subtables
  const Flow* probe(const FlowKey& key) const;  // does not
  void insert(Flow& flow);
  void remove(Flow& flow);
  void clear() { subtables_.clear(); }
  size_t mask_count() const { return subtables_.size(); }
  MaskSearch search() const { return {mask_count(), finds_, masks_searched_}; }

 private:
  void sort_by_hits();

  std::vector<std::unique_ptr<MegaflowSubtable>> subtables_;
  uint64_t finds_ = 0;
  uint64_t masks_searched_ = 0;  // in these finds
};

}  // namespace flowbed::sw
