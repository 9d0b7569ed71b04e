// HostCgroup: the groups of one limited host, one folder in each hierarchy. Whatever runs in the host runs in
// them, so that its commands share what it may use.
#pragma once

#include <string>
#include <vector>

#include "core/base/fd.hh"
#include "core/os/cgroup_place.hh"
#include "core/os/cgroup_settings.hh"

namespace flowbed {

class HostCgroup {
 public:
  // `network`: the folders of make_network_cgroups. Throws Error, and then has left nothing.
  HostCgroup(const std::vector<CgroupPlace>& network, const std::string& host);
  HostCgroup(HostCgroup&&) = default;
  HostCgroup& operator=(HostCgroup&&) = delete;
  // Removes the folders, and waits a moment for processes to end. Those that keep members stay for the end of
  // the network.
  ~HostCgroup();

  // All limits anew; what is not given is lifted. Throws SystemError; some may have been set by then.
  void set(const CgroupLimits& limits);
  void admit(int pid);  // a running process; one that has ended, or may not be moved, is passed over

  // A child that writes "0" to each of these before it executes is in the groups. Owned by this object.
  std::vector<int> entrances() const;

 private:
  struct Group {
    CgroupPlace place;  // its folder is the host's
    std::string above;
    FileDescriptor entrance;
  };

  void remove() noexcept;
  void set_scheduling(bool realtime);
  static Group make(const CgroupPlace& network, const std::string& host);

  std::vector<Group> groups_;
  bool realtime_ = false;
};

}  // namespace flowbed
