#include "core/os/host_cgroup.hh"

#include <sstream>

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/os/cgroup_files.hh"

namespace flowbed {
namespace {

constexpr int kRealtimePriority = 20;
constexpr const char* kRealtimeFile = "/cpu.rt_runtime_us";

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

void schedule(int thread, bool realtime) {
  const sched_param parameters{.sched_priority = realtime ? kRealtimePriority : 0};
  sched_setscheduler(thread, realtime ? SCHED_RR : SCHED_OTHER, &parameters);
}

uint64_t number_in(const std::string& file) {
  return std::strtoull(read_cgroup_line(file).c_str(), nullptr, 10);
}

// Of a name that is free: the folder of an earlier host of that name may still have members.
std::string make_folder(const std::string& wanted) {
  for (int n = 1;; n++) {
    const std::string folder = n == 1 ? wanted : wanted + "~" + std::to_string(n);
    if (mkdir(folder.c_str(), 0755) == 0) return folder;
    if (errno != EEXIST) throw SystemError("make " + folder, errno);
  }
}

// The network's own group has to have as much real time as its hosts together.
class RealtimeShare {
 public:
  RealtimeShare(const std::string& above, const std::string& folder, uint64_t wanted)
      : file_(above + kRealtimeFile),
        before_(number_in(file_)),
        now_(number_in(folder + kRealtimeFile)),
        wanted_(wanted) {}

  void make_room() const { put(wanted_ > now_); }
  void give_back() const { put(wanted_ < now_); }

 private:
  void put(bool is_due) const {
    if (!is_due) return;
    try {
      write_cgroup_file(file_, std::to_string(before_ + wanted_ - now_));
    } catch (const SystemError& fault) {
      if (fault.errnum() != EINVAL) throw;
      throw Error("all real-time hosts together may have at most 0.95 of the machine (or less: see " + file_ +
                  ")");
    }
  }

  const std::string file_;
  const uint64_t before_, now_, wanted_;
};

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
  if (!limits.realtime) set_scheduling(false);  // a group with real-time threads keeps its real time
  for (const Group& group : groups_) {
    const bool has_realtime = has_cgroup_file(group.place.folder + kRealtimeFile);
    const RealtimeShare share(group.above, group.place.folder, realtime_runtime(limits));
    if (has_realtime) share.make_room();
    for (const Controller c : group.place.controllers)
      apply(group.place.folder, cgroup_settings(group.place.version, c, limits, surroundings(group.above)));
    if (has_realtime) share.give_back();
  }
  if (limits.realtime) set_scheduling(true);
}

void HostCgroup::set_scheduling(bool realtime) {
  for (const Group& group : groups_) {
    const std::string threads = group.place.folder + "/tasks";  // version 1
    if (!group.place.controllers.contains(Controller::cpu) || !has_cgroup_file(threads)) continue;
    std::istringstream ids(read_file(threads));
    for (int id = 0; ids >> id;) schedule(id, realtime);
  }
}

void HostCgroup::admit(int pid) {
  const std::string id = std::to_string(pid);
  for (const Group& group : groups_) (void)!write(group.entrance.get(), id.data(), id.size());
}

std::vector<int> HostCgroup::entrances() const {
  std::vector<int> fds;
  for (const Group& group : groups_) fds.push_back(group.entrance.get());
  return fds;
}

void become_realtime() {
  const sched_param parameters{.sched_priority = kRealtimePriority};
  check_syscall("schedule in real time", sched_setscheduler(0, SCHED_RR, &parameters));
}

bool can_be_realtime(const std::vector<CgroupPlace>& network) {
  for (const CgroupPlace& place : network) {
    if (place.controllers.contains(Controller::cpu) && has_cgroup_file(place.folder + kRealtimeFile))
      return true;
  }
  return false;
}

}  // namespace flowbed
