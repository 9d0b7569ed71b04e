#include "core/engine/network_state.hh"

#include "core/topo/ifname.hh"

namespace flowbed {
namespace {

using EndKey = std::pair<std::string, std::string>;  // node, interface
using Peers = std::map<EndKey, LinkEnd>;

Peers peers_of(const Topology& topology) {
  Peers peers;
  for (const Link& link : topology.links) {
    peers[{link.a.node, link.a.interface}] = link.b;
    peers[{link.b.node, link.b.interface}] = link.a;
  }
  return peers;
}

Json texts(const std::vector<IpPrefix>& addresses) {
  Json list = Json::array();
  for (const IpPrefix& prefix : addresses) list.push_back(prefix.to_string());
  return list;
}

void add_condition(Json& entry, const LiveInterface* live) {
  entry["present"] = live != nullptr;
  entry["up"] = live != nullptr && live->up;
  entry["carrier"] = live != nullptr && live->carrier;
}

Json peer_of(const Peers& peers, const Node& node, const Interface& interface) {
  const auto peer = peers.find({node.name, interface.name});
  if (peer == peers.end()) return nullptr;
  return {{"node", peer->second.node}, {"interface", peer->second.interface}};
}

Json interface_state(const Node& node, const Interface& interface, const Peers& peers, LiveInterfaces& live) {
  Json peer = peer_of(peers, node, interface);
  const LiveInterface* device = peer.is_null() ? nullptr : live.find(node.name, interface.name);
  static const std::vector<IpPrefix> kNone;
  const auto& addresses = peer.is_null() ? interface.addresses : device ? device->addresses : kNone;
  Json entry = {{"name", interface.name},
                {"kernel_name", kernel_ifname(interface.name)},
                {"port", interface.port ? Json(*interface.port) : Json()},
                {"mac", interface.mac ? Json(interface.mac->to_string()) : Json()},
                {"addresses", texts(addresses)},
                {"peer", std::move(peer)}};
  add_condition(entry, device);
  return entry;
}

Json node_state(const Node& node, const Peers& peers, LiveInterfaces& live, const Switches& switches) {
  Json interfaces = Json::array();
  for (const Interface& interface : node.interfaces)
    interfaces.push_back(interface_state(node, interface, peers, live));
  return {{"name", node.name},
          {"kind", to_string(node.kind)},
          {"running", node.kind != NodeKind::switch_ || switches.is_running(node.name)},
          {"interfaces", std::move(interfaces)}};
}

Json end_state(const LinkEnd& end, LiveInterfaces& live) {
  Json entry = {{"node", end.node}, {"interface", end.interface}};
  add_condition(entry, live.find(end.node, end.interface));
  return entry;
}

}  // namespace

Json network_state(const Topology& topology, Kernel& kernel, const Switches& switches) {
  const Peers peers = peers_of(topology);
  LiveInterfaces live(kernel, topology);
  Json nodes = Json::array(), links = Json::array();
  for (const Node& node : topology.nodes) nodes.push_back(node_state(node, peers, live, switches));
  for (const Link& link : topology.links)
    links.push_back({{"a", end_state(link.a, live)}, {"b", end_state(link.b, live)}});
  return {{"nodes", std::move(nodes)}, {"links", std::move(links)}};
}

}  // namespace flowbed
