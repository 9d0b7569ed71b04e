#include "switchd/control/warning_limiter.hh"

#include <gtest/gtest.h>

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{1h};

TEST(WarningLimiter, SaysEachCauseOnceAMinute) {
  WarningLimiter limiter;
  EXPECT_TRUE(limiter.allows("a", kStart));
  EXPECT_FALSE(limiter.allows("a", kStart + 59s));
  EXPECT_TRUE(limiter.allows("b", kStart + 59s));
  EXPECT_TRUE(limiter.allows("a", kStart + 60s));
}

TEST(WarningLimiter, FallsSilentUnderAFloodOfCauses) {
  WarningLimiter limiter;
  int allowed = 0;
  for (int i = 0; i < 10000; i++) allowed += limiter.allows(std::to_string(i), kStart);
  EXPECT_EQ(allowed, static_cast<int>(WarningLimiter::kMaxCauses));
}

}  // namespace
}  // namespace flowbed::sw
