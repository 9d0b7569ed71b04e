#include "core/topo/static_neighbours.hh"

namespace flowbed {
namespace {

struct Neighbour {
  IpAddress address;
  MacAddress mac;
  const std::string* node;
};

// All addresses, by the network they were given in: whoever is in the same one needs no comparison.
using Networks = std::map<IpPrefix, std::vector<Neighbour>>;

template <class Action>
void for_each_interface(const Topology& topology, Inventory& state, Action action) {
  for (const Node& node : topology.nodes) {
    if (!node.is_host()) continue;
    for (auto& [name, interface] : state.nodes[node.name].interfaces) action(node.name, interface);
  }
}

Networks networks_of(const Topology& topology, Inventory& state) {
  Networks networks;
  for_each_interface(topology, state, [&](const std::string& node, const Inventory::InterfaceState& i) {
    for (const IpPrefix& a : i.addresses)
      networks[{a.network(), a.length}].push_back({a.address, i.mac, &node});
  });
  return networks;
}

bool overlap(const IpPrefix& a, const IpPrefix& b) {
  return a.length <= b.length ? a.contains(b.address) : b.contains(a.address);
}

}  // namespace

void add_static_neighbours(const Topology& completed, Inventory& state) {
  const Networks networks = networks_of(completed, state);
  for_each_interface(completed, state, [&](const std::string& node, Inventory::InterfaceState& i) {
    if (!i.up) return;
    for (const IpPrefix& own : i.addresses) {
      const IpPrefix own_network{own.network(), own.length};
      for (const auto& [network, members] : networks) {
        if (!overlap(network, own_network)) continue;
        for (const Neighbour& n : members) {
          if (*n.node == node || (network != own_network && !own.contains(n.address))) continue;
          i.neighbours.emplace(n.address, n.mac);
        }
      }
    }
  });
}

}  // namespace flowbed
