// CgroupLimiter: limits of hosts by control groups, of either version.
//
// The warden makes the network's own folder, for it is outside of the namespaces and can ask systemd; it also
// removes it when the engine ends. The folders of the hosts in it are made here. In case the warden dies
// first, the names are kept in a record that init can read at its end; so whoever dies, somebody is left to
// clean up.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/engine/host_limiter.hh"
#include "core/engine/warden.hh"
#include "core/os/host_cgroup.hh"

namespace flowbed {

class CgroupLimiter : public HostLimiter {
 public:
  using ProcessesOf = std::function<std::vector<int>(const std::string& node)>;
  // `is_root`: with the machine's own root rights, not only inside a user namespace.
  CgroupLimiter(Warden& warden, bool is_root, ProcessesOf processes_of);

  Task<LimitCapabilities> prepare() override;
  void limit(const std::string& node, const HostLimits& limits) override;
  void forget(const std::string& node) override;
  HostEntrance entrance(const std::string& node) const override;

 private:
  struct Host {
    HostCgroup group;
    HostLimits limits;
  };

  void make_host(const std::string& node, const HostLimits& limits);
  static void change_host(Host& host, const HostLimits& limits);
  LimitCapabilities capabilities() const;

  Warden& warden_;
  const bool is_root_;
  ProcessesOf processes_of_;
  std::vector<CgroupPlace> network_;  // empty: not prepared, or nothing to be had
  std::map<std::string, Host> hosts_;
};

}  // namespace flowbed
