// HostLimiter: what the engine needs to limit hosts; CgroupLimiter is the real one.
#pragma once

#include <string>
#include <vector>

#include "core/base/task.hh"
#include "core/topo/plan.hh"

namespace flowbed {

// What a command of a host goes through between fork and exec.
struct HostEntrance {
  std::vector<int> cgroups;  // descriptors; see ProcessSpec
  bool realtime = false;
};

class HostLimiter {
 public:
  virtual ~HostLimiter() = default;

  // Gets this machine ready to limit hosts, as far as it lets it, and tells what can be had. To be awaited
  // before the first `limit`; costs little when repeated.
  virtual Task<LimitCapabilities> prepare() = 0;
  // All limits of a host anew, also for what runs in it. Throws Error, and then has changed nothing.
  virtual void limit(const std::string& node, const HostLimits& limits) = 0;
  virtual void forget(const std::string& node) = 0;  // its processes have been killed; never throws
  virtual HostEntrance entrance(const std::string& node) const = 0;
};

}  // namespace flowbed
