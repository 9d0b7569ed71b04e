// Reachability: who can ping whom. Echo requests go out from the hosts' own namespaces, without a process.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.hh"
#include "core/base/event_loop.hh"
#include "core/base/task.hh"
#include "core/os/kernel.hh"
#include "core/topo/topology.hh"

namespace flowbed {

struct PingPair {
  std::string from, to;
  IpAddress address;                   // of `to`
  std::optional<Duration> round_trip;  // filled in; none: no reply
};

struct PingOptions {
  Duration timeout = std::chrono::seconds(2);
  size_t in_flight = 32;  // fewer give truer round-trip times
};

// Every ordered pair of the named hosts that have an address of the family, from-host first.
std::vector<PingPair> all_pairs(const Topology& topology, const std::vector<std::string>& hosts, bool v6);

// One request a pair; fills in the round-trip times.
Task<std::vector<PingPair>> ping_pairs(EventLoop& loop, Kernel& kernel, std::vector<PingPair> pairs,
                                       PingOptions options);

}  // namespace flowbed
