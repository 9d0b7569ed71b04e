#include "core/os/cgroup_settings.hh"

#include <cmath>

namespace flowbed {
namespace {

using Settings = std::vector<CgroupSetting>;

constexpr uint64_t kPeriod = 100'000, kLongestPeriod = 1'000'000, kLeastQuota = 1000;  // µs

std::optional<CpuQuota> quota_of(const CgroupLimits& limits, const CgroupSurroundings& around) {
  if (!limits.cpu || limits.realtime) return std::nullopt;
  return cpu_quota(*limits.cpu, around.processors);
}

std::string text_of(const std::optional<uint64_t>& value, const char* none) {
  return value ? std::to_string(*value) : none;
}

Settings version_1(Controller controller, const CgroupLimits& limits, const CgroupSurroundings& around) {
  switch (controller) {
    case Controller::cpu: {
      const auto quota = quota_of(limits, around);
      return {{"cpu.cfs_quota_us", "-1"},
              {"cpu.cfs_period_us", std::to_string(quota ? quota->period : kPeriod)},
              {"cpu.cfs_quota_us", quota ? std::to_string(quota->quota) : "-1"},
              {"cpu.rt_period_us", std::to_string(kRealtimePeriod), true},
              {"cpu.rt_runtime_us", std::to_string(realtime_runtime(limits)), true}};
    }
    case Controller::cpuset:
      return {{"cpuset.mems", around.memory_nodes},
              {"cpuset.cpus", limits.cores.empty() ? around.cpus : format_cpu_list(limits.cores)}};
    case Controller::memory: {
      // Memory with swap may at no time be limited below memory alone.
      const std::string bytes = text_of(limits.memory, "-1");
      return {{"memory.memsw.limit_in_bytes", "-1", true},
              {"memory.limit_in_bytes", bytes},
              {"memory.memsw.limit_in_bytes", bytes, true}};
    }
  }
  return {};
}

Settings version_2(Controller controller, const CgroupLimits& limits, const CgroupSurroundings& around) {
  switch (controller) {
    case Controller::cpu: {
      const auto quota = quota_of(limits, around);
      return {{"cpu.max", quota ? std::to_string(quota->quota) + " " + std::to_string(quota->period)
                                : "max " + std::to_string(kPeriod)}};
    }
    case Controller::cpuset:
      return {{"cpuset.cpus", format_cpu_list(limits.cores) + "\n"}};  // an empty line: as the group above
    case Controller::memory:
      return {{"memory.max", text_of(limits.memory, "max")},
              {"memory.swap.max", limits.memory ? "0" : "max", true}};
  }
  return {};
}

}  // namespace

CpuQuota cpu_quota(double share, unsigned processors) {
  const double all = share * processors;
  const auto quota = static_cast<uint64_t>(std::llround(all * kPeriod));
  if (quota >= kLeastQuota) return {quota, kPeriod};
  return {std::max(kLeastQuota, static_cast<uint64_t>(std::llround(all * kLongestPeriod))), kLongestPeriod};
}

uint64_t realtime_runtime(const CgroupLimits& limits) {
  if (!limits.realtime) return 0;
  return static_cast<uint64_t>(std::llround(limits.cpu.value_or(0) * kRealtimePeriod));
}

std::vector<CgroupSetting> cgroup_settings(int version, Controller controller, const CgroupLimits& limits,
                                           const CgroupSurroundings& around) {
  return version == 1 ? version_1(controller, limits, around) : version_2(controller, limits, around);
}

}  // namespace flowbed
