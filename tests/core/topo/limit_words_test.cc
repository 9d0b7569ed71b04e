#include "core/topo/limit_words.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

using testing::HasSubstr;

HostLimits limited(const std::string& name, const std::string& value, HostLimits limits = {}) {
  set_limit(limits, name, value);
  return limits;
}

std::string refusal(const std::string& name, const std::string& value) {
  try {
    limited(name, value);
    return "";
  } catch (const Error& fault) {
    return fault.what();
  }
}

TEST(LimitWords, SetLimits) {
  EXPECT_EQ(limited("cpu", "0.2").cpu, 0.2);
  EXPECT_EQ(limited("cpu", ".1").cpu, 0.1);
  EXPECT_EQ(limited("cores", "1,0").cores, (CpuList{0, 1}));
  EXPECT_EQ(limited("memory", "100MB").memory, 100'000'000u);
  EXPECT_EQ(limited("sched", "rt").sched, Scheduling::rt);
}

TEST(LimitWords, LiftLimits) {
  const HostLimits all{.cpu = 0.5, .cores = {1}, .memory = 5, .sched = Scheduling::rt};
  HostLimits limits = all;
  for (const char* name : {"cpu", "cores", "memory", "sched"}) limits = limited(name, "none", limits);
  EXPECT_TRUE(limits.is_none());
  EXPECT_EQ(limited("memory", "none", all).cpu, 0.5);
}

TEST(LimitWords, SayWhatIsWrong) {
  EXPECT_EQ(refusal("cpu", "2"), "cpu: \"2\" is not a share of the whole machine; write e.g. 0.2");
  EXPECT_THAT(refusal("cpu", "half"), HasSubstr("half"));
  EXPECT_THAT(refusal("cpu", "nan"), HasSubstr("nan"));
  EXPECT_THAT(refusal("cpu", ""), HasSubstr("cpu"));
  EXPECT_THAT(refusal("memory", "100"), HasSubstr("100MB"));
  EXPECT_THAT(refusal("cores", "x"), HasSubstr("0-1"));
  EXPECT_THAT(refusal("sched", "fifo"), HasSubstr("cfs or rt"));
  EXPECT_THAT(refusal("memroy", "1GB"), HasSubstr("did you mean \"memory\"?"));
}

}  // namespace
}  // namespace flowbed
