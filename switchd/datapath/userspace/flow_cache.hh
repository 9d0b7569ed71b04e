// FlowCache: the exact-match cache in front of the megaflow table, and the flows of both.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "switchd/datapath/userspace/emc.hh"
#include "switchd/datapath/userspace/megaflow_table.hh"

namespace flowbed::sw {

class FlowCache {
 public:
  struct Hit {
    Flow* flow = nullptr;
    CacheAnswer answer = CacheAnswer::kSlowPath;
  };

  // `hash` is hash_of(key). A megaflow that answers gets an exact-match entry for the next time.
  Hit find(const FlowKey& key, uint64_t hash) {
    if (Flow* flow = emc_.find(key, hash)) return {flow, CacheAnswer::kEmc};
    return find_megaflow(key, hash);
  }
  CacheAnswer probe(const FlowKey& key) const;
  std::optional<FlowId> find_flow(const FlowKey& key) const;  // that answers; counts nothing
  const Emc& emc() const { return emc_; }
  void set_exact_match(bool on);  // off: the exact-match cache holds nothing
  size_t mask_count() const { return megaflows_.mask_count(); }
  MaskSearch mask_search() const { return megaflows_.search(); }

  void put(const FlowSpec& spec, TimePoint now);  // replaces the flow of the same id, if any
  FlowStatistics remove(FlowId id);               // of a flow that is not there: zeros
  void clear();
  void visit(const FlowVisitor& visit) const;
  FlowStatistics statistics(FlowId id) const;  // of a flow that is not there: zeros

 private:
  Hit find_megaflow(const FlowKey& key, uint64_t hash);
  Flow* by_id(FlowId id) const;
  Flow& take_from_pool();
  void give_back(Flow& flow);

  Emc emc_;
  bool uses_emc_ = true;
  MegaflowTable megaflows_;
  std::deque<Flow> pool_;      // never shrinks: see Flow
  std::vector<Flow*> unused_;  // of the pool
  std::vector<Flow*> flows_;   // by id
};

}  // namespace flowbed::sw
