// Where the calling process may make control groups.
//
// A folder is such a place if it is the process's own group or one above it (so that the kernel lets it move
// its children below), and may be written to. In version 2 a group with processes of its own cannot give its
// controllers to groups below it, except the machine's root group: then the next one above is looked at.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/os/cgroup_layout.hh"

namespace flowbed {

struct CgroupPlace {
  int version = 0;
  std::string folder;
  std::set<Controller> controllers;  // that groups below it can have; never empty
};

// Of each hierarchy the place with the most controllers, the nearest where several have as many.
std::vector<CgroupPlace> find_cgroup_places(const std::vector<CgroupHierarchy>& layout);

std::vector<CgroupHierarchy> own_cgroup_layout();

}  // namespace flowbed
