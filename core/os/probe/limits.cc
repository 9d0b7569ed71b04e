#include <cmath>
#include <optional>

#include <sys/resource.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"
#include "core/os/probe/probes.hh"
#include "core/os/user_namespace.hh"

namespace flowbed {
namespace {

using enum Finding::Status;

// What a thousand hosts take: a namespace each, up to three descriptors each, a handful of processes a host.
constexpr unsigned long kManyDescriptors = 4096, kManyHosts = 1100, kManyProcesses = 8192;
constexpr unsigned long kManyNetworks = 50;
constexpr unsigned long kNeighbours = 4096;
constexpr const char* kNeighbourLimit = "/proc/sys/net/ipv4/neigh/default/gc_thresh3";

std::string in_words(rlim_t value) { return value == RLIM_INFINITY ? "unlimited" : std::to_string(value); }

rlimit limit_of(decltype(RLIMIT_NOFILE) resource) {
  rlimit limit{};
  check_syscall("getrlimit", getrlimit(resource, &limit));
  return limit;
}

std::optional<unsigned long> number_in(const std::string& file) {
  if (access(file.c_str(), R_OK) != 0) return std::nullopt;
  return std::strtoul(read_file(file).c_str(), nullptr, 10);
}

Finding probe_descriptors() {
  const rlimit limit = limit_of(RLIMIT_NOFILE);
  Finding f{"open files", ok, in_words(limit.rlim_cur) + " (hard limit " + in_words(limit.rlim_max) + ")",
            "networks use the hard limit", ""};
  if (limit.rlim_max >= kManyDescriptors) return f;
  f.status = limited;
  f.used = "enough for about " + std::to_string(limit.rlim_max / 3) + " hosts";
  f.remedy = "a line \"* hard nofile 65536\" in /etc/security/limits.conf, then log in again";
  return f;
}

Finding probe_processes() {
  const rlimit limit = limit_of(RLIMIT_NPROC);
  const auto ids = number_in("/proc/sys/kernel/pid_max");
  Finding f{"processes", ok, in_words(limit.rlim_cur) + "; process ids to " + std::to_string(ids.value_or(0)),
            "", ""};
  const bool few = limit.rlim_cur < kManyProcesses && !has_machine_privileges();
  if (!few && ids.value_or(kManyProcesses) >= kManyProcesses) return f;
  f.status = limited;
  f.used = "large networks may not start all their commands";
  f.remedy =
      few ? "ulimit -u, or \"nproc\" in /etc/security/limits.conf" : "as root: sysctl kernel.pid_max=4194304";
  return f;
}

Finding probe_namespaces(const std::string& name, unsigned long enough, const char* what_for) {
  const auto count = number_in("/proc/sys/user/" + name);
  if (!count) return {name, missing, "the kernel does not tell", "", ""};
  Finding f{name, ok, std::to_string(*count), what_for, ""};
  if (*count >= enough) return f;
  f.status = *count == 0 ? missing : limited;
  f.remedy = "as root: sysctl user." + name + "=15000";
  return f;
}

// One table for all namespaces of the machine; only its owner can change its size
// (core/os/neighbour_limit.hh).
Finding probe_neighbours() {
  const auto size = number_in(kNeighbourLimit);
  Finding f{"neighbour table", ok, "", "", ""};
  if (!size) return {f.check, ok, "not to be seen from here", "", ""};
  f.finding = std::to_string(*size) + " entries, of all hosts";
  if (*size >= kNeighbours) return f;
  if (has_machine_privileges() && access(kNeighbourLimit, W_OK) == 0) {
    f.used = "raised while a network needs more";
    return f;
  }
  f.status = limited;
  f.used = "overflows when about " + std::to_string(1 + std::lround(std::sqrt(*size))) +
           " hosts all talk to each other";
  f.remedy = "as root: sysctl net.ipv4.neigh.default.gc_thresh3=65536; or networks with --arp";
  return f;
}

}  // namespace

std::vector<Probe> limit_probes() {
  return {probe_descriptors, probe_processes,
          [] { return probe_namespaces("max_net_namespaces", kManyHosts, "each host takes one"); },
          [] {
            return probe_namespaces("max_user_namespaces", kManyNetworks,
                                    "each ordinary user's network takes one");
          },
          probe_neighbours};
}

}  // namespace flowbed
