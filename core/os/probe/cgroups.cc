#include <iterator>

#include <unistd.h>

#include "core/base/fd.hh"
#include "core/os/cgroup_place.hh"
#include "core/os/delegated_cgroups.hh"
#include "core/os/probe/probes.hh"

namespace flowbed {
namespace {

using enum Finding::Status;

constexpr const char* kCannot = "hosts cannot be limited";

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
  return {"cgroup controllers", missing, "none of cpu, cpuset, memory is mounted", kCannot,
          "as root: mount -t cgroup2 cgroup2 /sys/fs/cgroup"};
}

// What of a limit needs which controller; see the topology's members.
std::string lacking(const std::set<Controller>& there) {
  std::string text;
  for (const Controller c : kControllers) {
    if (there.contains(c)) continue;
    text += (text.empty() ? "" : ", ") + std::string(c == Controller::cpuset ? "cores" : to_string(c));
  }
  return text;
}

std::string remedy_for_users() {
  if (geteuid() == 0)
    return "mount cgroup2 writable; in a container, start it with a writable /sys/fs/cgroup";
  return "start Flowbed in a systemd session of this user, or as root: mkdir /sys/fs/cgroup/NAME, chown -R "
         "it to the "
         "user, and start his shell in a group below it";
}

Finding probe_places() {
  Finding f{"own cgroups", ok, "", "hosts may have all limits: cpu, cores, memory", ""};
  std::set<Controller> all;
  for (const CgroupPlace& place : find_cgroup_places(own_cgroup_layout())) {
    all.insert(place.controllers.begin(), place.controllers.end());
    f.finding += (f.finding.empty() ? "" : "; ") + to_string(place.controllers) + " (version " +
                 std::to_string(place.version) + ")";
  }
  if (may_ask_for_scope()) {
    f.finding = "granted by the systemd of this user's session";
    f.used = "hosts may have limits, as far as it delegates controllers (cpu and memory, usually)";
    return f;
  }
  if (all.size() == std::size(kControllers)) return f;
  f.status = all.empty() ? missing : limited;
  f.used = all.empty() ? kCannot : "these limits of hosts cannot be had: " + lacking(all);
  f.remedy = remedy_for_users();
  if (all.empty()) f.finding = "none that this user may make groups in";
  return f;
}

}  // namespace

std::vector<Probe> cgroup_probes() { return {probe_controllers, probe_places}; }

}  // namespace flowbed
