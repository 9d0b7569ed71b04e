#include <algorithm>

#include "core/base/fd.hh"
#include "core/os/cgroup_place.hh"
#include "core/os/probe/probes.hh"

namespace flowbed {
namespace {

using enum Finding::Status;

constexpr const char* kNotUsed = "not used by this version: hosts are not limited yet";

std::set<Controller> controllers_of(const CgroupHierarchy& hierarchy) {
  if (hierarchy.version == 1) return hierarchy.controllers;
  return parse_controllers(read_file(hierarchy.mount_point + "/cgroup.controllers"));
}

// Each controller is in one hierarchy only.
std::string versions_text(const std::vector<CgroupHierarchy>& layout) {
  std::string text;
  for (const int version : {2, 1}) {
    std::set<Controller> controllers;
    for (const CgroupHierarchy& h : layout) {
      if (h.version == version) controllers.merge(controllers_of(h));
    }
    if (controllers.empty()) continue;
    text +=
        (text.empty() ? "" : "; ") + to_string(controllers) + " (version " + std::to_string(version) + ")";
  }
  return text;
}

Finding probe_controllers() {
  const std::string text = versions_text(own_cgroup_layout());
  if (!text.empty()) return {"cgroup controllers", ok, text, "", ""};
  return {"cgroup controllers", missing, "none of cpu, cpuset, memory is mounted", kNotUsed,
          "as root: mount -t cgroup2 cgroup2 /sys/fs/cgroup"};
}

Finding probe_places() {
  Finding f{"own cgroups", ok, "", kNotUsed, ""};
  std::set<Controller> all;
  for (const CgroupPlace& place : find_cgroup_places(own_cgroup_layout())) {
    all.insert(place.controllers.begin(), place.controllers.end());
    f.finding += (f.finding.empty() ? "" : "; ") + to_string(place.controllers) + " below " + place.folder;
  }
  if (all.size() == std::size(kControllers)) return f;
  f.status = all.empty() ? missing : limited;
  if (all.empty()) f.finding = "none that this user may make groups in";
  return f;
}

}  // namespace

std::vector<Probe> cgroup_probes() { return {probe_controllers, probe_places}; }

}  // namespace flowbed
