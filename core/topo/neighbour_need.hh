// How many neighbour entries (ARP, neighbour discovery) a network needs so that everybody can talk to all
// whom he reaches directly. The kernel has one table for each family, for all namespaces of the machine.
#pragma once

#include <cstddef>

#include "core/topo/topology.hh"

namespace flowbed {

struct NeighbourNeed {
  size_t v4 = 0, v6 = 0;

  bool operator==(const NeighbourNeed&) const = default;
};

// Static neighbours (--arp) do not count: the kernel has no limit for them.
NeighbourNeed neighbours_needed(const Topology& completed);

}  // namespace flowbed
