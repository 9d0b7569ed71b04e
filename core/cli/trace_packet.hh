// What a person need not write of a packet to be traced, because the topology tells it.
#pragma once

#include "core/base/channel.hh"
#include "core/topo/topology.hh"

namespace flowbed {

// "icmp,nw_dst=10.0.0.2" gets the eth_dst of whoever has that address, and eth_src from nw_src, unless they
// are given; and names of nodes become their addresses: "nw_dst=h2". `params` are those of the verb `trace`.
void fill_in_macs(const Topology& topology, Json& params);

}  // namespace flowbed
