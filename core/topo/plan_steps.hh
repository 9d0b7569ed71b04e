// The two halves of a plan: what is taken away, then what is added.
#pragma once

#include "core/topo/plan.hh"
#include "core/topo/wanted.hh"

namespace flowbed {

// Appends the steps that take away what is not wanted, or is in the way of what is. Returns what then exists:
// the rest is a plain comparison.
Inventory plan_removals(const Inventory& existing, const Inventory& wanted, Plan& plan);

// Appends the steps from `now` (what plan_removals has returned) to what is wanted.
void plan_additions(const Inventory& now, const Wanted& wanted, Plan& plan);

}  // namespace flowbed
