#include "switchd/link/rate_meter.hh"

#include <gtest/gtest.h>

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;

TEST(RateMeter, TellsWhatPassesASecond) {
  RateMeter meter;
  TimePoint now{1h};
  EXPECT_EQ(meter.rate(now).bits, 0);
  for (int i = 0; i < 3000; i++) meter.note(1, 1250, now += 1ms);
  EXPECT_NEAR(meter.rate(now).bits, 10e6, 0.02e6);
  EXPECT_NEAR(meter.rate(now).packets, 1000, 2);
}

TEST(RateMeter, ForgetsWithinASecond) {
  RateMeter meter;
  TimePoint now{1h};
  for (int i = 0; i < 1000; i++) meter.note(1, 1250, now += 1ms);
  EXPECT_NEAR(meter.rate(now + 500ms).packets, 500, 60);
  EXPECT_EQ(meter.rate(now + 1s).packets, 0);
  EXPECT_EQ(meter.rate(now + 1h).packets, 0);
}

}  // namespace
}  // namespace flowbed::sw
