// How much a link could have carried.
#include "core/report/capacity.hh"

#include <cmath>

#include <gtest/gtest.h>

namespace flowbed::report {
namespace {

TEST(Capacity, OfARateIsTimeTimesRate) {
  EXPECT_DOUBLE_EQ(capacity_bits({{0, FixedRate{1000}}}, 2, 5), 3000);
}

TEST(Capacity, ChangesWithTheRate) {
  EXPECT_DOUBLE_EQ(capacity_bits({{0, FixedRate{1000}}, {3, FixedRate{10}}, {4, FixedRate{1}}}, 2, 6), 1012);
}

TEST(Capacity, WithoutALimitIsInfinite) {
  EXPECT_TRUE(std::isinf(capacity_bits({{0, Unlimited{}}}, 2, 5)));
  EXPECT_DOUBLE_EQ(capacity_bits({{0, Unlimited{}}, {2, FixedRate{10}}}, 2, 5), 30);
}

TEST(Capacity, BeforeAnythingIsKnownIsNone) {
  EXPECT_DOUBLE_EQ(capacity_bits({{3, FixedRate{10}}}, 0, 5), 20);
}

// Periods of 2.5 s from second 1 on, in steps of a second.
TEST(Capacity, OfATraceComesAgainAndAgain) {
  const std::vector<Capacity> trace = {{0, TraceRate{1, 2.5, 1, {100, 0, 40}}}};
  EXPECT_DOUBLE_EQ(capacity_bits(trace, 1, 2), 100);
  EXPECT_DOUBLE_EQ(capacity_bits(trace, 2, 3), 0);
  EXPECT_DOUBLE_EQ(capacity_bits(trace, 3, 3.5), 40) << "its last step is the shorter one";
  EXPECT_DOUBLE_EQ(capacity_bits(trace, 1, 6), 280);
  EXPECT_DOUBLE_EQ(capacity_bits(trace, 3.5, 4), 50);
  EXPECT_DOUBLE_EQ(capacity_bits(trace, 1.25, 1.75), 50);
}

}  // namespace
}  // namespace flowbed::report
