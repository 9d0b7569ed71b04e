// Matches as people read them: "in_port(s1-eth1),eth_dst(00:00:00:00:00:02),vlan(none)".
#pragma once

#include <string>

#include "switchd/flow/action.hh"
#include "switchd/flow/flow_key.hh"

namespace flowbed::sw {

// The fields that `mask` looks at, with the key's values. A partial mask follows its value after a slash.
std::string format_match(const FlowKey& key, const FlowMask& mask, const PortNamer& port_name);
// Only the names: "in_port,eth_src,eth_dst,vlan". The key says what the words of the network layer mean.
std::string format_mask(const FlowKey& key, const FlowMask& mask);

}  // namespace flowbed::sw
