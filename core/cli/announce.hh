// What Mininet says before a measurement and around a network's life.
#pragma once

#include <string>

#include "core/base/channel.hh"
#include "core/topo/topology.hh"

namespace flowbed {

// "*** Ping: testing ping reachability\n", or "" where there is nothing to say.
std::string announcement(const std::string& verb, const Json& params, const Topology& topology);

std::string creation_lines(const Topology& topology);  // up to the configuration of the hosts
std::string start_lines(const Topology& topology);     // from there to the running switches
std::string tree_line(double seconds);                 // that spanning tree was waited for
std::string stop_lines(const Topology& topology);

}  // namespace flowbed
