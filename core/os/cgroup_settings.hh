// What is written into which file of a control group to limit it; for both versions (the kernel's
// admin-guide/cgroup-v2.rst and cgroup-v1/*.rst).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/cpu_list.hh"
#include "core/os/cgroup_layout.hh"

namespace flowbed {

struct CgroupLimits {
  std::optional<double> cpu;       // share of all processors' time; 0 … 1
  CpuList cores;                   // empty: those of the group above
  std::optional<uint64_t> memory;  // bytes, without swapping
  bool realtime = false;           // `cpu` is real-time, on each processor; version 1 only
};

// How long a group may run in each period, in µs.
struct CpuQuota {
  uint64_t quota = 0, period = 0;
  bool operator==(const CpuQuota&) const = default;
};
// A period of 0.1 s, or longer where the quota would be less than the kernel's least, 1 ms.
CpuQuota cpu_quota(double share, unsigned processors);

struct CgroupSetting {
  std::string file, value;
  bool optional = false;  // passed over where the kernel has no such file (no swap, no real-time groups)
  bool operator==(const CgroupSetting&) const = default;
};

// The machine, as far as "no limit" has to be spelled out.
struct CgroupSurroundings {
  unsigned processors = 1;
  std::string cpus, memory_nodes;  // of the group above; version 1 only
};

// All of a group's settings for one controller, in the order in which the kernel takes them from any state.
std::vector<CgroupSetting> cgroup_settings(int version, Controller controller, const CgroupLimits& limits,
                                           const CgroupSurroundings& around);

constexpr uint64_t kRealtimePeriod = 1'000'000;         // µs
uint64_t realtime_runtime(const CgroupLimits& limits);  // µs in each period; 0 without real time

}  // namespace flowbed
