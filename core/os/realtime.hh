// Real-time scheduling of hosts, as Mininet's CPULimitedHost has it: round robin (SCHED_RR) with priority 20,
// as far as their group's real time goes. Only control groups of version 1 have such a share, on kernels with
// CONFIG_RT_GROUP_SCHED; and only root may use it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/os/cgroup_place.hh"

namespace flowbed {

bool can_be_realtime(const std::vector<CgroupPlace>& network);

void become_realtime();                           // the calling process; throws SystemError
void schedule_thread(int thread, bool realtime);  // another one; one that has ended is passed over

bool has_realtime(const std::string& cgroup);

// The group above has to have as much real time as the groups in it together: before one of them gets more,
// and until one has given some back.
class RealtimeShare {
 public:
  // `wanted`: µs in each period that `cgroup`, below `above`, is to get.
  RealtimeShare(const std::string& above, const std::string& cgroup, uint64_t wanted);

  void make_room() const;  // before; throws Error: the machine has not so much
  void give_back() const;  // after

 private:
  void put() const;

  const std::string file_;
  const uint64_t before_, now_, wanted_;
};

}  // namespace flowbed
