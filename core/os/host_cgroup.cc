#include "core/os/host_cgroup.hh"

#include <sstream>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/os/cgroup_files.hh"
#include "core/os/realtime.hh"

namespace flowbed {
namespace {

unsigned processors_online() { return static_cast<unsigned>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN))); }

CgroupSurroundings surroundings(const std::string& above) {
  return {processors_online(), read_cgroup_line(above + "/cpuset.cpus"),
          read_cgroup_line(above + "/cpuset.mems")};
}

void apply(const std::string& folder, const std::vector<CgroupSetting>& settings) {
  for (const CgroupSetting& setting : settings) {
    const std::string file = folder + "/" + setting.file;
    if (!setting.optional || has_cgroup_file(file)) write_cgroup_file(file, setting.value);
  }
}

// Of a name that is free: the folder of an earlier host of that name may still have members.
std::string make_folder(const std::string& wanted) {
  for (int n = 1;; n++) {
    const std::string folder = n == 1 ? wanted : wanted + "~" + std::to_string(n);
    if (mkdir(folder.c_str(), 0755) == 0) return folder;
    if (errno != EEXIST) throw SystemError("make " + folder, errno);
  }
}

}  // namespace

HostCgroup::HostCgroup(const std::vector<CgroupPlace>& network, const std::string& host) {
  try {
    for (const CgroupPlace& place : network) groups_.push_back(make(place, host));
  } catch (...) {
    remove();
    throw;
  }
}

HostCgroup::Group HostCgroup::make(const CgroupPlace& network, const std::string& host) {
  Group group{
      {network.version, make_folder(network.folder + "/" + host), network.controllers}, network.folder, {}};
  const std::string& folder = group.place.folder;
  try {
    if (network.version == 1 && network.controllers.contains(Controller::cpuset))
      apply(folder, cgroup_settings(1, Controller::cpuset, {}, surroundings(network.folder)));
    group.entrance = open_file(folder + "/cgroup.procs", O_WRONLY);
  } catch (const Error&) {
    remove_cgroup(folder);
    throw;
  }
  return group;
}

HostCgroup::~HostCgroup() { remove(); }

// Processes that were killed just now are members until they have ended.
void HostCgroup::remove() noexcept {
  constexpr int kTries = 50;
  constexpr useconds_t kPause = 4000;  // µs
  for (const Group& group : groups_) {
    for (int i = 0; i < kTries && !remove_cgroup(group.place.folder); i++) usleep(kPause);
  }
}

void HostCgroup::set(const CgroupLimits& limits) {
  if (!limits.realtime) set_scheduling(false);  // first: a group with real-time threads keeps its real time
  for (const Group& group : groups_) {
    const bool counts = has_realtime(group.place.folder);
    const RealtimeShare share(group.above, group.place.folder, realtime_runtime(limits));
    if (counts) share.make_room();
    for (const Controller c : group.place.controllers)
      apply(group.place.folder, cgroup_settings(group.place.version, c, limits, surroundings(group.above)));
    if (counts) share.give_back();
  }
  if (limits.realtime) set_scheduling(true);
}

// Only where it changes: a host's commands may have chosen another for themselves.
void HostCgroup::set_scheduling(bool realtime) {
  if (std::exchange(realtime_, realtime) == realtime) return;
  for (const Group& group : groups_) {
    const std::string threads = group.place.folder + "/tasks";  // version 1
    if (!group.place.controllers.contains(Controller::cpu) || !has_cgroup_file(threads)) continue;
    std::istringstream ids(read_file(threads));
    for (int id = 0; ids >> id;) schedule_thread(id, realtime);
  }
}

void HostCgroup::admit(int pid) {
  const std::string id = std::to_string(pid);
  for (const Group& group : groups_) (void)!write(group.entrance.get(), id.data(), id.size());
  if (realtime_) schedule_thread(pid, true);
}

std::vector<int> HostCgroup::entrances() const {
  std::vector<int> fds;
  for (const Group& group : groups_) fds.push_back(group.entrance.get());
  return fds;
}

}  // namespace flowbed
