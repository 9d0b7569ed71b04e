// Properties that any two networks have: whatever exists becomes what is wanted, from wherever an apply has
// stopped.
#include <gtest/gtest.h>

#include "core/topo/plan.hh"
#include "tests/core/topo/topologies.hh"

namespace flowbed {
namespace {

const Capabilities kAll{true, true};

Inventory after(Inventory inventory, const Plan& plan, size_t steps = SIZE_MAX) {
  for (size_t i = 0; i < plan.size() && i < steps; i++) record(inventory, plan[i]);
  return inventory;
}

std::string text(const Plan& plan) {
  std::string all;
  for (const Step& step : plan) all += to_string(step) + "\n";
  return all;
}

class PlanProperty : public testing::TestWithParam<uint64_t> {
 protected:
  Topology network() {
    const Topology t = test::random_network(random_);
    EXPECT_EQ(to_string(validate(t)), "") << "seed " << GetParam();
    return complete(t);
  }
  std::mt19937_64 random_{GetParam()};
};

TEST_P(PlanProperty, AnyNetworkBecomesAnyOther) {
  for (int round = 0; round < 40; round++) {
    const Topology a = network(), b = network();
    const Inventory from_nothing = after({}, make_plan({}, b, kAll));
    const Inventory inventory_a = after({}, make_plan({}, a, kAll));
    const Plan change = make_plan(inventory_a, b, kAll);
    ASSERT_EQ(after(inventory_a, change), from_nothing) << "seed " << GetParam() << "\n" << text(change);
    ASSERT_TRUE(make_plan(from_nothing, b, kAll).empty()) << "seed " << GetParam();
    ASSERT_EQ(after(inventory_a, make_plan(inventory_a, Topology{}, kAll)), Inventory{})
        << "seed " << GetParam();
  }
}

TEST_P(PlanProperty, AHalfFailedApplyIsRepairedByTheNext) {
  for (int round = 0; round < 4; round++) {
    const Topology a = network(), b = network();
    const Inventory wanted = after({}, make_plan({}, b, kAll));
    const Inventory start = after({}, make_plan({}, a, kAll));
    const Plan change = make_plan(start, b, kAll);
    for (size_t steps = 0; steps <= change.size(); steps++) {
      const Inventory halfway = after(start, change, steps);
      ASSERT_EQ(after(halfway, make_plan(halfway, b, kAll)), wanted)
          << "seed " << GetParam() << ", step " << steps;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PlanProperty, testing::Range<uint64_t>(1, 13));

}  // namespace
}  // namespace flowbed
