#include "core/topo/wanted.hh"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "core/topo/controllers.hh"
#include "core/topo/ifname.hh"
#include "core/topo/link_schedule.hh"
#include "core/topo/mirrors.hh"
#include "core/topo/node_index.hh"
#include "core/topo/routing.hh"
#include "core/topo/stable_hash.hh"
#include "core/topo/static_neighbours.hh"

namespace flowbed {
namespace {

using InterfaceState = Inventory::InterfaceState;
using NodeState = Inventory::NodeState;

// One end of a link: where it is in the topology, and what is wanted of it.
struct End {
  size_t node;
  const Interface* interface;
  bool in_fabric;
  VethEnd veth;
};

class WantedBuilder {
 public:
  WantedBuilder(const Topology& topology, const Capabilities& capabilities)
      : topology_(topology),
        capabilities_(capabilities),
        index_(topology.nodes),
        controllers_(controller_targets(topology)),
        cuts_super_packets_(cuts_super_packets()) {}

  Wanted build() {
    add_nodes();
    for (const Link& link : topology_.links) add_link(link);
    if (!wanted_.state.ferry_links.empty())
      wanted_.nodes.insert(wanted_.nodes.begin(), {kFerryNode, true, {}});
    for (const Node& node : topology_.nodes) add_routes(node);
    for (const Node& node : topology_.nodes) add_bridge(node);
    if (topology_.options.static_arp) add_static_neighbours(topology_, wanted_.state);
    return std::move(wanted_);
  }

 private:
  void add_nodes() {
    interfaces_.resize(topology_.nodes.size());
    for (size_t n = 0; n < topology_.nodes.size(); n++) {
      const Node& node = topology_.nodes[n];
      for (const Interface& i : node.interfaces) interfaces_[n].emplace(i.name, &i);
      wanted_.nodes.push_back({node.name, node.has_namespace(), {}});
      if (!node.has_namespace()) continue;
      NodeState& state = wanted_.state.nodes[node.name];
      state.ipv6 = node.is_host() && topology_.options.ipv6 && capabilities_.ipv6;
      if (node.is_host()) state.limits = node.limits;
      state.forwarding = node.kind == NodeKind::router;
    }
  }

  End end_of(const LinkEnd& end, const Link& link) const {
    const size_t n = *index_.find(end.node);
    const Node& node = topology_.nodes[n];
    const Interface* interface = interfaces_[n].at(end.interface);
    VethEnd veth;
    veth.node = node.has_namespace() ? node.name : "";
    veth.interface = kernel_ifname(interface->name);
    if (veth.interface != interface->name) veth.alias = interface->name;
    veth.mac = *interface->mac;
    veth.mtu = interface->mtu.value_or(link.mtu.value_or(kDefaultMtu));
    veth.super_packets = !(node.is_host() && cuts_super_packets_);
    return {n, interface, !node.has_namespace(), std::move(veth)};
  }

  // Qdiscs see what a host sends as it sends it, so no host may send super-packets to one that decides about
  // each packet.
  bool cuts_super_packets() const {
    return std::ranges::any_of(topology_.links, [&](const Link& link) {
      return is_ever_shaped(link) && !is_by_ferry(link) && ever_decides_per_packet(link);
    });
  }

  bool is_by_ferry(const Link& link) const {
    return flowbed::is_by_ferry(link, topology_.options.link_backend, capabilities_.qdiscs);
  }

  void add_link(const Link& link) {
    End a = end_of(link.a, link), b = end_of(link.b, link);
    a.veth.up = link.up || (b.in_fabric && !a.in_fabric);
    b.veth.up = link.up || (a.in_fabric && !b.in_fabric);
    if (link.shape.rate && a.in_fabric) rates_[a.veth.interface] = *link.shape.rate;
    if (link.shape.rate && b.in_fabric) rates_[b.veth.interface] = *link.shape.rate;
    if (a.in_fabric && b.in_fabric) {
      peers_[a.veth.interface] = b.veth.interface;
      peers_[b.veth.interface] = a.veth.interface;
    }
    if (is_ever_shaped(link)) {
      if (is_by_ferry(link)) return add_ferry_link(link, std::move(a), std::move(b));
      for (const End* end : {&a, &b})
        if (end->in_fabric) emulated_.insert(end->veth.interface);
    }
    add_interface(a, b.veth).egress = egress_of(changed(link.shape, link.a_to_b), link.a);
    add_interface(b, a.veth).egress = egress_of(changed(link.shape, link.b_to_a), link.b);
    const size_t turn = std::max(a.node, b.node);
    wanted_.nodes[turn].links.push_back({std::move(a.veth), std::move(b.veth)});
  }

  // Both ends lead to the ferry, where packets of any size pass.
  void add_ferry_link(const Link& link, End a, End b) {
    const auto inner_end = [](const LinkEnd& outer) {
      const std::string name = outer.node + " " + outer.interface;
      return VethEnd{.node = kFerryNode,
                     .interface = ferry_ifname(outer.node, outer.interface),
                     .alias = name,
                     .mac = MacAddress::from_uint64(uint64_t{6} << 40 | (stable_hash(name) & 0xffffffffff)),
                     .mtu = 65535};
    };
    const std::string inner_a = ferry_ifname(link.a.node, link.a.interface);
    FerryLink ferried{.name = inner_a,
                      .a = inner_a,
                      .b = ferry_ifname(link.b.node, link.b.interface),
                      .a_end = link.a.interface,
                      .b_end = link.b.interface,
                      .a_to_b = changed(link.shape, link.a_to_b),
                      .b_to_a = changed(link.shape, link.b_to_a)};
    ferried.a_to_b_seed = seed_of(link.a);
    ferried.b_to_a_seed = seed_of(link.b);
    for (auto& [outer, given] : {std::pair(&a, &link.a), std::pair(&b, &link.b)}) {
      VethEnd inner = inner_end(*given);
      if (outer->in_fabric) emulated_.insert(outer->veth.interface);
      add_interface(*outer, inner);
      add_state(inner, outer->veth);
      wanted_.nodes[outer->node].links.push_back({std::move(outer->veth), std::move(inner)});
    }
    wanted_.state.ferry_links[ferried.name] = std::move(ferried);
  }

  // Of what leaves that end: the same however the rest of the network is.
  uint64_t seed_of(const LinkEnd& end) const {
    return mix_bits(topology_.options.seed.value_or(0) ^ stable_hash(end.node + " " + end.interface));
  }

  InterfaceState& add_state(const VethEnd& end, const VethEnd& peer) {
    InterfaceState& state = wanted_.state.nodes[end.node].interfaces[end.interface];
    state.mac = end.mac;
    state.mtu = end.mtu;
    state.up = end.up;
    state.super_packets = end.super_packets;
    state.peer_node = peer.node;
    state.peer_interface = peer.interface;
    return state;
  }

  std::optional<Egress> egress_of(LinkShape shape, const LinkEnd& from) const {
    if (shape.is_plain()) return std::nullopt;
    return Egress{std::move(shape), seed_of(from)};
  }

  InterfaceState& add_interface(const End& end, const VethEnd& peer) {
    InterfaceState& state = add_state(end.veth, peer);
    const NodeState& node = wanted_.state.nodes[end.veth.node];
    if (!topology_.nodes[end.node].is_host()) return state;
    state.addresses = end.interface->addresses;
    std::stable_partition(state.addresses.begin(), state.addresses.end(),
                          [](const IpPrefix& a) { return !a.address.v6; });
    if (!state.up || !node.ipv6)
      std::erase_if(state.addresses, [](const IpPrefix& a) { return a.address.v6; });
    return state;
  }

  void add_routes(const Node& node) {
    if (node.routes.empty() || !node.is_host()) return;
    NodeState& state = wanted_.state.nodes[node.name];
    const auto attachments = attachments_of(node);
    for (const Route& given : node.routes) {
      const auto towards = interface_towards(attachments, given);
      if (!towards) continue;
      const auto carrier = state.interfaces.find(kernel_ifname(node.interfaces[*towards].name));
      if (carrier == state.interfaces.end() || !carrier->second.up) continue;
      Route route = given;
      route.extensions.clear();
      if (!route.interface.empty()) route.interface = kernel_ifname(route.interface);
      state.routes.push_back(std::move(route));
    }
    std::sort(state.routes.begin(), state.routes.end(), route_before);
  }

  void add_bridge(const Node& node) {
    if (node.kind != NodeKind::switch_) return;
    BridgeConfig& bridge = wanted_.state.bridges[node.name];
    bridge.name = node.name;
    bridge.dpid = *node.dpid;
    bridge.mac_ageing = node.mac_ageing.value_or(kDefaultMacAgeing);
    bridge.controllers = targets_of(node, controllers_);
    bridge.fails_open = node.fail_mode.empty() ? bridge.controllers.empty() : node.fail_mode == "standalone";
    bridge.protocols = node.protocols;
    bridge.listen_port = node.listen_port;
    bridge.listens_under_tls = node.listen_protocol == kTls;
    bridge.exports = node.exports;
    for_each_export(bridge.exports, [](const char*, auto& each) { each.extensions.clear(); });
    bridge.stp = node.stp;
    bridge.stp_priority = node.stp_priority.value_or(kDefaultStpPriority);
    const auto& devices = wanted_.state.nodes[""].interfaces;
    for (const Interface& i : node.interfaces) {
      const std::string kernel = kernel_ifname(i.name);
      if (!devices.contains(kernel)) continue;
      bridge.ports.push_back(port_of(i, kernel));
      if (!bridge.stp) bridge.ports.back().rate.reset();  // it decides a port's path cost, and no more
    }
    bridge.mirrors = mirrors_with(
        node.mirrors, [&](const std::string& port) { return devices.contains(kernel_ifname(port)); });
    for (Mirror& mirror : bridge.mirrors) mirror.extensions.clear();
  }

  BridgePort port_of(const Interface& i, const std::string& kernel) const {
    const auto peer = peers_.find(kernel);
    const auto rate = rates_.find(kernel);
    return {*i.port,
            kernel,
            i.name,
            i.vlan,
            i.trunks,
            peer == peers_.end() ? "" : peer->second,
            emulated_.contains(kernel),
            rate == rates_.end() ? std::nullopt : std::optional(rate->second)};
  }

  const Topology& topology_;
  const Capabilities& capabilities_;
  const NodeIndex index_;
  std::vector<std::unordered_map<std::string_view, const Interface*>> interfaces_;  // by node, by name
  std::unordered_map<std::string, std::string> peers_;  // among the fabric's interfaces
  std::unordered_map<std::string, uint64_t> rates_;     // of their links
  std::set<std::string> emulated_;                      // their links are
  const std::vector<ControllerTarget> controllers_;
  const bool cuts_super_packets_;
  Wanted wanted_;
};

}  // namespace

Wanted wanted_state(const Topology& completed, const Capabilities& capabilities) {
  return WantedBuilder(completed, capabilities).build();
}

}  // namespace flowbed
