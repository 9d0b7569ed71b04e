#include "core/topo/neighbour_need.hh"

#include <map>

namespace flowbed {

NeighbourNeed neighbours_needed(const Topology& completed) {
  NeighbourNeed need;
  if (completed.options.static_arp) return need;
  std::map<IpPrefix, size_t> members;
  for (const Node& node : completed.nodes) {
    if (!node.is_host()) continue;
    for (const Interface& interface : node.interfaces) {
      for (const IpPrefix& address : interface.addresses) members[{address.network(), address.length}]++;
    }
  }
  for (const auto& [network, count] : members)
    (network.address.v6 ? need.v6 : need.v4) += count * (count - 1);
  return need;
}

}  // namespace flowbed
