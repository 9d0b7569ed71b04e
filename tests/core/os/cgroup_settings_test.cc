#include "core/os/cgroup_settings.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowbed {
namespace {

using testing::ElementsAre;
using Setting = CgroupSetting;

const CgroupSurroundings kAround{4, "0-3", "0"};

TEST(CgroupSettings, AQuotaCountsAllProcessors) {
  EXPECT_EQ(cpu_quota(0.1, 1), (CpuQuota{10'000, 100'000}));
  EXPECT_EQ(cpu_quota(0.1, 4), (CpuQuota{40'000, 100'000}));
  EXPECT_EQ(cpu_quota(1, 8), (CpuQuota{800'000, 100'000}));
}

TEST(CgroupSettings, ASmallQuotaHasALongPeriod) {
  EXPECT_EQ(cpu_quota(0.005, 1), (CpuQuota{5'000, 1'000'000}));
  EXPECT_EQ(cpu_quota(0.0001, 1), (CpuQuota{1'000, 1'000'000}));
}

TEST(CgroupSettings, OfVersion2) {
  const CgroupLimits limits{0.5, {0, 1, 3}, 100'000'000, false};
  EXPECT_THAT(cgroup_settings(2, Controller::cpu, limits, kAround),
              ElementsAre(Setting{"cpu.max", "200000 100000"}));
  EXPECT_THAT(cgroup_settings(2, Controller::cpuset, limits, kAround),
              ElementsAre(Setting{"cpuset.cpus", "0-1,3\n"}));
  EXPECT_THAT(cgroup_settings(2, Controller::memory, limits, kAround),
              ElementsAre(Setting{"memory.max", "100000000"}, Setting{"memory.swap.max", "0", true}));
}

TEST(CgroupSettings, OfVersion2Lifted) {
  EXPECT_THAT(cgroup_settings(2, Controller::cpu, {}, kAround),
              ElementsAre(Setting{"cpu.max", "max 100000"}));
  EXPECT_THAT(cgroup_settings(2, Controller::cpuset, {}, kAround), ElementsAre(Setting{"cpuset.cpus", "\n"}));
  EXPECT_THAT(cgroup_settings(2, Controller::memory, {}, kAround),
              ElementsAre(Setting{"memory.max", "max"}, Setting{"memory.swap.max", "max", true}));
}

TEST(CgroupSettings, OfVersion1) {
  const CgroupLimits limits{0.5, {2}, 100'000'000, false};
  EXPECT_THAT(cgroup_settings(1, Controller::cpu, limits, kAround),
              ElementsAre(Setting{"cpu.cfs_quota_us", "-1"}, Setting{"cpu.cfs_period_us", "100000"},
                          Setting{"cpu.cfs_quota_us", "200000"}, Setting{"cpu.rt_period_us", "1000000", true},
                          Setting{"cpu.rt_runtime_us", "0", true}));
  EXPECT_THAT(cgroup_settings(1, Controller::cpuset, limits, kAround),
              ElementsAre(Setting{"cpuset.mems", "0"}, Setting{"cpuset.cpus", "2"}));
  EXPECT_THAT(cgroup_settings(1, Controller::cpuset, {}, kAround),
              ElementsAre(Setting{"cpuset.mems", "0"}, Setting{"cpuset.cpus", "0-3"}));
  EXPECT_THAT(cgroup_settings(1, Controller::memory, limits, kAround),
              ElementsAre(Setting{"memory.memsw.limit_in_bytes", "-1", true},
                          Setting{"memory.limit_in_bytes", "100000000"},
                          Setting{"memory.memsw.limit_in_bytes", "100000000", true}));
}

TEST(CgroupSettings, RealTimeHasRunTimeAndNoQuota) {
  const CgroupLimits limits{0.2, {}, {}, true};
  EXPECT_EQ(realtime_runtime(limits), 200'000u);
  EXPECT_THAT(cgroup_settings(1, Controller::cpu, limits, kAround),
              testing::IsSupersetOf(
                  {Setting{"cpu.cfs_quota_us", "-1"}, Setting{"cpu.rt_runtime_us", "200000", true}}));
}

}  // namespace
}  // namespace flowbed
