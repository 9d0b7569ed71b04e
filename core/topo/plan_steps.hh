// The parts of a plan: what is taken away, with what changes its place on the way; then what is added.
#pragma once

#include "core/topo/plan.hh"
#include "core/topo/wanted.hh"

namespace flowbed {

// Appends the steps that take away what is not wanted, or is in the way of what is. Returns what then exists:
// the rest is a plain comparison.
Inventory plan_removals(const Inventory& existing, const Wanted& wanted, Plan& plan);

// Appends the steps by which links of hosts begin or cease to be emulated; no bridge and no ferry may use
// them any more. Takes them over into `now`; false: there were none.
bool plan_moves(Inventory& now, const Wanted& wanted, Plan& plan);

// Appends the steps from `now` (what plan_removals has returned) to what is wanted.
void plan_additions(const Inventory& now, const Wanted& wanted, Plan& plan);

}  // namespace flowbed
