#include "core/engine/cgroup_limiter.hh"

#include <algorithm>

#include "core/base/error.hh"
#include "core/os/cgroup_files.hh"
#include "core/os/realtime.hh"

namespace flowbed {
namespace {

CgroupLimits for_groups(const HostLimits& limits) {
  return {limits.cpu, limits.cores, limits.memory, limits.sched == Scheduling::rt};
}

std::string reason_and_remedy(bool is_root) {
  if (is_root)
    return "its control groups lack the controller, or are read-only here; \"flowbed doctor\" tells more";
  return "it grants this user no control group with the controller; start Flowbed in a systemd session of "
         "the user, "
         "or as root (\"flowbed doctor\" tells more)";
}

}  // namespace

CgroupLimiter::CgroupLimiter(Warden& warden, bool is_root, ProcessesOf processes_of)
    : warden_(warden), is_root_(is_root), processes_of_(std::move(processes_of)) {}

Task<LimitCapabilities> CgroupLimiter::prepare() {
  if (network_.empty()) network_ = co_await warden_.prepare_cgroups();
  co_return capabilities();
}

LimitCapabilities CgroupLimiter::capabilities() const {
  LimitCapabilities can;
  for (const CgroupPlace& place : network_) {
    can.cpu |= place.controllers.contains(Controller::cpu);
    can.cores |= place.controllers.contains(Controller::cpuset);
    can.memory |= place.controllers.contains(Controller::memory);
  }
  can.realtime = is_root_ && can_be_realtime(network_);
  can.processors = parse_cpu_list(read_cgroup_line("/sys/devices/system/cpu/online")).value_or(CpuList{});
  can.why_not = reason_and_remedy(is_root_);
  return can;
}

void CgroupLimiter::limit(const std::string& node, const HostLimits& limits) {
  try {
    if (const auto host = hosts_.find(node); host != hosts_.end()) {
      change_host(host->second, limits);
    } else if (!limits.is_none()) {
      make_host(node, limits);
    }
  } catch (const Error& fault) {
    throw Error("limit " + node + ": " + fault.what());
  }
}

void CgroupLimiter::make_host(const std::string& node, const HostLimits& limits) {
  HostCgroup group(network_, node);
  group.set(for_groups(limits));
  for (const int pid : processes_of_(node)) group.admit(pid);
  hosts_.emplace(node, Host{std::move(group), limits});
}

void CgroupLimiter::change_host(Host& host, const HostLimits& limits) {
  try {
    host.group.set(for_groups(limits));
    host.limits = limits;
  } catch (const Error&) {
    host.group.set(for_groups(host.limits));
    throw;
  }
}

void CgroupLimiter::forget(const std::string& node) { hosts_.erase(node); }

HostEntrance CgroupLimiter::entrance(const std::string& node) const {
  const auto host = hosts_.find(node);
  if (host == hosts_.end()) return {};
  return {host->second.group.entrances(), host->second.limits.sched == Scheduling::rt};
}

}  // namespace flowbed
