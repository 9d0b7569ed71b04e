// Reachability: who can ping whom. Echo requests go out from the hosts' own namespaces, without a process.
//
// The kernel has one neighbour table for all namespaces, of 1,024 entries by default, and without root its
// size is fixed: some thirty hosts that all ping each other fill it, and later pings fail for no fault of the
// network. So where more pairs are to be tested than it holds, each pair gets permanent entries, which do not
// count, for the time of its ping.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.hh"
#include "core/base/event_loop.hh"
#include "core/base/task.hh"
#include "core/os/kernel.hh"
#include "core/topo/topology.hh"

namespace flowbed {

// One end of a ping.
struct PingEnd {
  std::string host;
  std::string interface;  // the kernel's name
  IpPrefix address;
  MacAddress mac;
};

struct PingPair {
  PingEnd from, to;
  std::optional<Duration> round_trip;  // filled in; none: no reply
};

struct PingOptions {
  Duration timeout = std::chrono::seconds(2);
  size_t in_flight = 32;
  bool spare_neighbour_table = true;  // off where the hosts have permanent entries of their own
};

// Every ordered pair of the named hosts that have an address of the family, from-host first; over the network
// that both are in, if there is one.
std::vector<PingPair> all_pairs(const Topology& topology, const std::vector<std::string>& hosts, bool v6);

// One request a pair; fills in the round-trip times.
Task<std::vector<PingPair>> ping_pairs(EventLoop& loop, Kernel& kernel, std::vector<PingPair> pairs,
                                       PingOptions options);
// Two requests a pair, and the time of the second: the first fills the neighbour and flow tables on the way,
// and all second ones go out one after the other, so that nothing but the path is timed.
Task<std::vector<PingPair>> time_pairs(EventLoop& loop, Kernel& kernel, std::vector<PingPair> pairs,
                                       PingOptions options);

}  // namespace flowbed
