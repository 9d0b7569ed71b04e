// The groups of a whole network: a folder in each hierarchy, in which each limited host gets one of its own.
//
//   /sys/fs/cgroup/flowbed-lab-4711+cpuset/h1
//
// The folder's name tells the network, its engine's process id, and after each "+" a controller that had to
// be switched on for it in the group above (version 2). Who finds such a folder there when a network starts
// takes over the duty to switch them off again: the kernel lets only the last one do it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/os/cgroup_place.hh"

namespace flowbed {

// Makes the folders at `places` and gives their controllers to the groups below. Throws Error, and then has
// left nothing.
// `on_plan` is told all folders so far before the last of them is made, so that whoever keeps a record of
// them has each before it is there.
using CgroupPlan = std::function<void(const std::vector<CgroupPlace>&)>;
std::vector<CgroupPlace> make_network_cgroups(const std::vector<CgroupPlace>& places,
                                              const std::string& network, int engine_pid,
                                              const CgroupPlan& on_plan);

// Tries to remove the folders with those of the hosts; true if all are gone. Not before the processes are.
bool remove_network_cgroups(const std::vector<std::string>& folders) noexcept;

// Tries until all are gone, or a few seconds have passed.
bool remove_network_cgroups_soon(const std::vector<std::string>& folders) noexcept;

}  // namespace flowbed
