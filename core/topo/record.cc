#include <algorithm>

#include "core/topo/plan.hh"
#include "core/topo/routing.hh"

namespace flowbed {
namespace {

// Enters one step; what a step refers to is there, or the step would not have succeeded.
class Recorder {
 public:
  explicit Recorder(Inventory& inventory) : inventory_(inventory) {}

  void operator()(const step::CreateNamespace& s) { inventory_.nodes[s.node].ipv6 = s.ipv6; }

  void operator()(const step::RemoveNamespace& s) {
    const auto node = inventory_.nodes.extract(s.node);
    if (node.empty()) return;
    for (const auto& [name, state] : node.mapped().interfaces) erase(state.peer_node, state.peer_interface);
  }

  void operator()(const step::LimitHost& s) { inventory_.nodes[s.node].limits = s.limits; }

  void operator()(const step::CreateVeth& s) {
    enter(s.a, s.b);
    enter(s.b, s.a);
  }

  void operator()(const step::RemoveVeth& s) {
    const auto state = interface(s.node, s.interface);
    erase(state.peer_node, state.peer_interface);
    erase(s.node, s.interface);
  }

  void operator()(const step::MoveInterface& s) {
    const auto from = interface(s.node, s.interface);
    const VethEnd peer{.node = from.peer_node, .interface = from.peer_interface, .alias = "", .mac = {}};
    erase(s.node, s.interface);
    enter(s.to, peer);
    auto& other = interface(peer.node, peer.interface);
    other.peer_node = s.to.node;
    other.peer_interface = s.to.interface;
  }

  void operator()(const step::SetInterface& s) {
    auto& state = interface(s.node, s.interface);
    if (s.mac) state.mac = *s.mac;
    if (s.mtu) state.mtu = *s.mtu;
    if (s.up) state.up = *s.up;
    if (s.super_packets) state.super_packets = *s.super_packets;
  }

  void operator()(const step::ShapeEgress& s) { interface(s.node, s.interface).egress = s.egress; }

  void operator()(const step::UnshapeEgress& s) { interface(s.node, s.interface).egress.reset(); }

  void operator()(const step::AddAddress& s) {
    auto& addresses = interface(s.node, s.interface).addresses;
    const auto first_v6 =
        std::find_if(addresses.begin(), addresses.end(), [](const IpPrefix& a) { return a.address.v6; });
    addresses.insert(s.address.address.v6 ? addresses.end() : first_v6, s.address);
  }

  void operator()(const step::RemoveAddress& s) {
    std::erase(interface(s.node, s.interface).addresses, s.address);
  }

  void operator()(const step::SetForwarding& s) { inventory_.nodes[s.node].forwarding = s.on; }

  void operator()(const step::AddRoute& s) {
    auto& routes = inventory_.nodes[s.node].routes;
    routes.insert(std::upper_bound(routes.begin(), routes.end(), s.route, route_before), s.route);
  }

  void operator()(const step::RemoveRoute& s) { std::erase(inventory_.nodes[s.node].routes, s.route); }

  void operator()(const step::AddNeighbour& s) {
    interface(s.node, s.interface).neighbours[s.address] = s.mac;
  }

  void operator()(const step::RemoveNeighbour& s) {
    interface(s.node, s.interface).neighbours.erase(s.address);
  }

  void operator()(const step::PutBridge& s) { inventory_.bridges[s.bridge.name] = s.bridge; }

  void operator()(const step::RemoveBridge& s) { inventory_.bridges.erase(s.name); }

  void operator()(const step::PutFerryLink& s) { inventory_.ferry_links[s.link.name] = s.link; }

  void operator()(const step::RemoveFerryLink& s) { inventory_.ferry_links.erase(s.name); }

 private:
  Inventory::InterfaceState& interface(const std::string& node, const std::string& name) {
    return inventory_.nodes[node].interfaces[name];
  }

  void enter(const VethEnd& end, const VethEnd& peer) {
    Inventory::InterfaceState state;
    state.mac = end.mac;
    state.mtu = end.mtu;
    state.up = end.up;
    state.super_packets = end.super_packets;
    state.peer_node = peer.node;
    state.peer_interface = peer.interface;
    interface(end.node, end.interface) = std::move(state);
  }

  void erase(const std::string& node, const std::string& name) {
    const auto found = inventory_.nodes.find(node);
    if (found == inventory_.nodes.end()) return;
    erase_routes(found->second, name);
    found->second.interfaces.erase(name);
  }

  void erase_routes(Inventory::NodeState& node, const std::string& carrier) {
    if (node.routes.empty()) return;
    const auto attachments = attachments_of(node);
    std::erase_if(node.routes, [&](const Route& route) {
      const auto towards = interface_towards(attachments, route);
      return towards && attachments[*towards].name == carrier;
    });
  }

  Inventory& inventory_;
};

}  // namespace

void record(Inventory& inventory, const Step& done) { std::visit(Recorder(inventory), done); }

}  // namespace flowbed
