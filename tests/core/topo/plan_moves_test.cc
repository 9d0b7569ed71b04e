// Links that begin or cease to be emulated while hosts use them.
#include <algorithm>

#include <gtest/gtest.h>

#include "core/topo/plan.hh"
#include "core/topo/wanted.hh"
#include "tests/core/topo/topologies.hh"

namespace flowbed {
namespace {

// What a host's interface has stays: its pair changes its place at the other end.
TEST(PlanMoves, ALinkThatBeginsToBeEmulatedKeepsItsHostsInterface) {
  const Topology plain = complete(test::minimal_network());
  Topology shaped = plain;
  shaped.links[0].shape.delay = Duration(1);
  const auto touches_host = [](const Plan& plan) {
    return std::ranges::any_of(plan, [](const Step& step) {
      return to_string(step).find("h1:") != std::string::npos &&
             !std::holds_alternative<step::PutFerryLink>(step);
    });
  };
  const auto moves = [](const Plan& plan) {
    return std::ranges::count_if(
        plan, [](const Step& s) { return std::holds_alternative<step::MoveInterface>(s); });
  };
  const Inventory made = wanted_state(plain, {}).state, ferried = wanted_state(shaped, {}).state;
  const Plan to_ferry = make_plan(made, shaped, {}), back = make_plan(ferried, plain, {});
  EXPECT_EQ(moves(to_ferry), 1);
  EXPECT_EQ(moves(back), 1);
  EXPECT_FALSE(touches_host(make_plan(ferried, plain, {})));
  EXPECT_FALSE(touches_host(to_ferry));
}

}  // namespace
}  // namespace flowbed
