// A megaflow as the userspace datapath keeps it.
#pragma once

#include "switchd/datapath/datapath.hh"

namespace flowbed::sw {

// Lives in FlowCache's pool, whose memory is never given back, so a pointer to a flow stays valid when the
// flow does not. `generation` tells: it changes whenever the flow is removed, and whoever kept a pointer kept
// the generation.
struct Flow {
  SharedActions actions;
  FlowStatistics statistics;
  uint64_t megaflow_hits = 0;
  uint32_t generation = 0;
  uint32_t emc_entries = 0;
  bool hands_over = false;  // the actions lead to handlers, which may remove the flow while they run
  FlowKey key;              // masked
  FlowMask mask;
  FlowId id{};
};

}  // namespace flowbed::sw
