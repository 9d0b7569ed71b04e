// CgroupRecord: the names of the network's control groups, in memory that the engine shares with its init,
// which is forked before there are any.
#pragma once

#include <string>
#include <vector>

#include "core/base/fd.hh"
#include "core/os/cgroup_place.hh"

namespace flowbed {

class CgroupRecord {
 public:
  CgroupRecord();

  void enter(const std::vector<CgroupPlace>& network);  // in place of what was there
  std::vector<std::string> folders() const;
  int fd() const { return memory_.get(); }

  // For init, at its end: ends all other processes of its PID namespace, then removes the groups that they
  // were in. For the engine, when they have ended.
  void end_processes_and_remove() const;
  void remove() const;

 private:
  FileDescriptor memory_;
};

}  // namespace flowbed
