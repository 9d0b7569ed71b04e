// The stages of a lookup: metadata, then L2, L3, L4.
//
// Packets of one connection differ from those of another in L4 more often than in L2. A subtable that is
// asked stage by stage says no as early as it can, and what belongs to later stages was then not looked at
// (NSDI 2015, section 5.3).
#pragma once

#include <array>

#include "switchd/flow/pipeline_key.hh"

namespace flowbed::sw {

constexpr size_t kStages = 4;

// The bits of the key that belong to each stage; together they are all.
const std::array<PipelineMask, kStages>& stage_bits();

}  // namespace flowbed::sw
