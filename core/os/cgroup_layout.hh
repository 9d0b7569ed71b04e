// Where this machine keeps its control groups: one hierarchy for all controllers (version 2), one for each
// (version 1), or, on machines in between, both.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace flowbed {

enum class Controller { cpu, cpuset, memory };  // those that limit hosts
constexpr Controller kControllers[] = {Controller::cpu, Controller::cpuset, Controller::memory};

const char* to_string(Controller controller);
std::string to_string(const std::set<Controller>& controllers);  // "cpu, memory"

// The known ones among words that commas or blanks part: "cpu,cpuacct", "cpuset cpu io memory".
std::set<Controller> parse_controllers(std::string_view words);

struct CgroupHierarchy {
  int version = 0;          // 1 or 2
  std::string mount_point;  // "/sys/fs/cgroup/memory"
  std::string own;          // the folder of the process's own group; `mount_point` itself if it lies outside
  std::set<Controller> controllers;  // of version 1; version 2 tells in each folder's cgroup.controllers
  bool operator==(const CgroupHierarchy&) const = default;
};

// From the texts of /proc/self/mountinfo and /proc/self/cgroup (proc(5), cgroups(7)). Hierarchies of version
// 1 without a known controller are left out.
std::vector<CgroupHierarchy> parse_cgroup_layout(std::string_view mountinfo, std::string_view self_cgroup);

}  // namespace flowbed
