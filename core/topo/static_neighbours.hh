// Static neighbours (--arp): every host knows from the start the MACs of all others that it reaches directly.
#pragma once

#include "core/topo/plan.hh"

namespace flowbed {

// Adds to each host's interfaces that are up the addresses of all other hosts and routers within their
// networks. It is a list of everybody at everybody, so it grows with the square of the number of hosts.
void add_static_neighbours(const Topology& completed, Inventory& state);

}  // namespace flowbed
