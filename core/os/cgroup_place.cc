#include "core/os/cgroup_place.hh"

#include <optional>

#include <unistd.h>

#include "core/base/fd.hh"

namespace flowbed {
namespace {

bool may_write(const std::string& path) { return access(path.c_str(), W_OK) == 0; }

std::string content_of(const std::string& path) {
  return access(path.c_str(), R_OK) == 0 ? read_file(path) : "";
}

// Only the machine's own root group lacks this file; that of a container has it.
bool is_machines_root(const std::string& folder) {
  return access((folder + "/cgroup.type").c_str(), F_OK) != 0;
}

bool may_have_groups_below(const std::string& folder) {
  for (const char* file : {"", "/cgroup.procs", "/cgroup.subtree_control"}) {
    if (!may_write(folder + file)) return false;
  }
  return is_machines_root(folder) || content_of(folder + "/cgroup.procs").empty();
}

std::set<Controller> controllers_below(const CgroupHierarchy& hierarchy, const std::string& folder) {
  if (hierarchy.version == 2)
    return may_have_groups_below(folder) ? parse_controllers(content_of(folder + "/cgroup.controllers"))
                                         : std::set<Controller>{};
  return may_write(folder) ? hierarchy.controllers : std::set<Controller>{};
}

std::optional<CgroupPlace> best_place(const CgroupHierarchy& hierarchy) {
  CgroupPlace best;
  for (std::string folder = hierarchy.own;; folder.erase(folder.rfind('/'))) {
    const auto controllers = controllers_below(hierarchy, folder);
    if (controllers.size() > best.controllers.size()) best = {hierarchy.version, folder, controllers};
    if (folder.size() <= hierarchy.mount_point.size()) break;
  }
  return best.controllers.empty() ? std::nullopt : std::optional(best);
}

}  // namespace

std::vector<CgroupPlace> find_cgroup_places(const std::vector<CgroupHierarchy>& layout) {
  std::vector<CgroupPlace> places;
  for (const CgroupHierarchy& hierarchy : layout) {
    if (auto place = best_place(hierarchy)) places.push_back(std::move(*place));
  }
  return places;
}

std::vector<CgroupHierarchy> own_cgroup_layout() {
  return parse_cgroup_layout(read_file("/proc/self/mountinfo"), read_file("/proc/self/cgroup"));
}

}  // namespace flowbed
