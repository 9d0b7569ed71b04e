#include "core/os/realtime.hh"

#include <cerrno>
#include <cstdlib>

#include <sched.h>

#include "core/base/error.hh"
#include "core/os/cgroup_files.hh"

namespace flowbed {
namespace {

constexpr int kPriority = 20;
constexpr const char* kFile = "/cpu.rt_runtime_us";

uint64_t number_in(const std::string& file) {
  return std::strtoull(read_cgroup_line(file).c_str(), nullptr, 10);
}

}  // namespace

bool has_realtime(const std::string& cgroup) { return has_cgroup_file(cgroup + kFile); }

bool can_be_realtime(const std::vector<CgroupPlace>& network) {
  for (const CgroupPlace& place : network) {
    if (place.controllers.contains(Controller::cpu) && has_realtime(place.folder)) return true;
  }
  return false;
}

void become_realtime() {
  const sched_param parameters{.sched_priority = kPriority};
  check_syscall("schedule in real time", sched_setscheduler(0, SCHED_RR, &parameters));
}

void schedule_thread(int thread, bool realtime) {
  const sched_param parameters{.sched_priority = realtime ? kPriority : 0};
  sched_setscheduler(thread, realtime ? SCHED_RR : SCHED_OTHER, &parameters);
}

RealtimeShare::RealtimeShare(const std::string& above, const std::string& cgroup, uint64_t wanted)
    : file_(above + kFile), before_(number_in(file_)), now_(number_in(cgroup + kFile)), wanted_(wanted) {}

void RealtimeShare::make_room() const {
  if (wanted_ > now_) put();
}

void RealtimeShare::give_back() const {
  if (wanted_ < now_) put();
}

void RealtimeShare::put() const {
  try {
    write_cgroup_file(file_, std::to_string(before_ + wanted_ - now_));
  } catch (const SystemError& fault) {
    if (fault.errnum() != EINVAL) throw;
    throw Error("all real-time hosts together may have at most 0.95 of the machine, or less: see " + file_);
  }
}

}  // namespace flowbed
