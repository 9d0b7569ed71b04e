#include "switchd/slowpath/flow_store.hh"

#include <gtest/gtest.h>

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;

TEST(FlowLimit, FallsWhileRoundsTakeLongAndRisesAgain) {
  size_t limit = kMaxFlows;
  EXPECT_EQ(adapted_flow_limit(limit, 100ms), kMaxFlows);
  limit = adapted_flow_limit(limit, 2s);
  EXPECT_EQ(limit, kMaxFlows / 2);
  EXPECT_GT(adapted_flow_limit(limit, 100ms), limit);
}

TEST(FlowLimit, LeavesRoomForSome) {
  size_t limit = kMaxFlows;
  for (int i = 0; i < 100; i++) limit = adapted_flow_limit(limit, 10s);
  EXPECT_GE(limit, 1000u);
}

}  // namespace
}  // namespace flowbed::sw
