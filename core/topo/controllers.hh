// Controllers, and what a topology says of OpenFlow.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "core/topo/plan.hh"

namespace flowbed {

// Places that are no hosts: the machine's own network, and that of the switches.
inline constexpr std::string_view kMachine = "machine", kFabric = "fabric";
inline constexpr std::array<std::string_view, 3> kProtocols = {"OpenFlow10", "OpenFlow13", "OpenFlow14"};
inline constexpr std::array<std::string_view, 2> kFailModes = {"secure", "standalone"};
// Where a controller listens if nobody says otherwise: today's port, and that of before 2013.
inline constexpr uint16_t kOpenFlowPort = 6653, kOldOpenFlowPort = 6633;
// How bytes travel on a channel: as they are, or under TLS.
inline constexpr std::string_view kTcp = "tcp", kTls = "ssl";
inline constexpr std::array<std::string_view, 2> kTransports = {kTcp, kTls};

// Relative paths begin at `folder`.
TlsFiles absolute(TlsFiles files, const std::string& folder);

// All controllers, in the topology's order. Addresses are valid.
std::vector<ControllerTarget> controller_targets(const Topology& topology);
// Of those, the ones that a switch connects to.
std::vector<ControllerTarget> targets_of(const Node& node, const std::vector<ControllerTarget>& all);

}  // namespace flowbed
