#include "switchd/ferry/lateness.hh"

#include <gtest/gtest.h>

namespace flowbed::sw {
namespace {

TEST(Lateness, IsNothingWhileNothingHasLeft) {
  EXPECT_EQ(Lateness().quantiles().median, Duration::zero());
  EXPECT_EQ(Lateness().quantiles().ninety_ninth, Duration::zero());
}

TEST(Lateness, TellsTheMedianAndWhatOneInAHundredExceeds) {
  Lateness lateness;
  for (int n = 100; n > 0; n--) lateness.note(Duration(n));
  EXPECT_EQ(lateness.quantiles().median, Duration(51));
  EXPECT_EQ(lateness.quantiles().ninety_ninth, Duration(100));
}

TEST(Lateness, ForgetsAllButTheLatestThousand) {
  Lateness lateness;
  for (int n = 0; n < 1000; n++) lateness.note(Duration(7));
  for (int n = 0; n < 1000; n++) lateness.note(Duration(2));
  EXPECT_EQ(lateness.quantiles().ninety_ninth, Duration(2));
}

TEST(Lateness, WhatLeavesBeforeItsTimeIsNotLate) {
  Lateness lateness;
  lateness.note(Duration(-5));
  EXPECT_EQ(lateness.quantiles().median, Duration::zero());
}

}  // namespace
}  // namespace flowbed::sw
