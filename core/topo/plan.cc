#include "core/topo/plan.hh"

#include "core/topo/plan_steps.hh"

namespace flowbed {

Plan make_plan(const Inventory& existing, const Topology& wanted, const Capabilities& capabilities) {
  const Wanted state = wanted_state(wanted, capabilities);
  Plan plan;
  plan_additions(plan_removals(existing, state, plan), state, plan);
  return plan;
}

}  // namespace flowbed
