// CgroupRecord: the names of the network's control groups, in memory that the engine, its warden and its init
// share: all are there before the groups, and any may be the last one.
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

  void remove() const;  // when the processes in them have ended

 private:
  FileDescriptor memory_;
};

}  // namespace flowbed
