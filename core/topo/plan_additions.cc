#include <algorithm>

#include "core/topo/plan_steps.hh"
#include "core/topo/routing.hh"

namespace flowbed {
namespace {

using InterfaceState = Inventory::InterfaceState;
using NodeState = Inventory::NodeState;

class Adder {
 public:
  Adder(const Inventory& now, const Wanted& wanted, Plan& plan)
      : now_(now), wanted_(wanted.state), order_(wanted.nodes), plan_(plan) {}

  void add() {
    for (const WantedNode& node : order_) add_node(node);
    for (const WantedNode& node : order_) add_forwarding(node);
    for (const WantedNode& node : order_) add_routes(node);
    for (const WantedNode& node : order_) add_neighbours(node);
    for (const WantedNode& node : order_) add_bridge(node);
    for (const auto& [name, link] : wanted_.ferry_links) {
      const auto there = now_.ferry_links.find(name);
      if (there == now_.ferry_links.end() || there->second != link) plan_.push_back(step::PutFerryLink{link});
    }
  }

 private:
  void add_node(const WantedNode& node) {
    if (node.has_namespace && !now_.nodes.contains(node.name)) {
      plan_.push_back(step::CreateNamespace{node.name, wanted_.nodes.at(node.name).ipv6});
    }
    add_limits(node);
    std::vector<const step::CreateVeth*> made;
    for (const step::CreateVeth& link : node.links) {
      if (have(link.a.node, link.a.interface) != nullptr) continue;
      plan_.push_back(link);
      made.push_back(&link);
    }
    for (const step::CreateVeth* link : made) {
      add_addresses(link->a.node, link->a.interface, {});
      add_addresses(link->b.node, link->b.interface, {});
    }
    for (const step::CreateVeth& link : node.links) {
      change_interface(link.a);
      change_interface(link.b);
      shape_egress(link.a);
      shape_egress(link.b);
    }
  }

  void shape_egress(const VethEnd& end) {
    const auto& want = wanted_.nodes.at(end.node).interfaces.at(end.interface).egress;
    const InterfaceState* now = have(end.node, end.interface);
    if (want && (now == nullptr || now->egress != want))
      plan_.push_back(step::ShapeEgress{end.node, end.interface, *want});
  }

  void add_limits(const WantedNode& node) {
    if (!node.has_namespace) return;
    const HostLimits& wanted = wanted_.nodes.at(node.name).limits;
    if (now_or_new(node.name).limits != wanted) plan_.push_back(step::LimitHost{node.name, wanted});
  }

  const InterfaceState* have(const std::string& node, const std::string& interface) const {
    const auto state = now_.nodes.find(node);
    if (state == now_.nodes.end()) return nullptr;
    const auto found = state->second.interfaces.find(interface);
    return found == state->second.interfaces.end() ? nullptr : &found->second;
  }

  void change_interface(const VethEnd& want) {
    const InterfaceState* now = have(want.node, want.interface);
    if (now == nullptr) return;
    step::SetInterface change{want.node, want.interface};
    if (now->mac != want.mac) change.mac = want.mac;
    if (now->mtu != want.mtu) change.mtu = want.mtu;
    if (now->up != want.up) change.up = want.up;
    if (now->super_packets != want.super_packets) change.super_packets = want.super_packets;
    if (change != step::SetInterface{want.node, want.interface}) plan_.push_back(std::move(change));
    add_addresses(want.node, want.interface, now->addresses);
  }

  void add_addresses(const std::string& node, const std::string& interface,
                     const std::vector<IpPrefix>& have) {
    for (const IpPrefix& a : wanted_.nodes.at(node).interfaces.at(interface).addresses) {
      if (std::find(have.begin(), have.end(), a) == have.end())
        plan_.push_back(step::AddAddress{node, interface, a});
    }
  }

  const NodeState& now_or_new(const std::string& node) const {
    static const NodeState kNew;
    const auto found = now_.nodes.find(node);
    return found == now_.nodes.end() ? kNew : found->second;
  }

  void add_forwarding(const WantedNode& node) {
    if (!node.has_namespace) return;
    const bool wanted = wanted_.nodes.at(node.name).forwarding;
    if (now_or_new(node.name).forwarding != wanted) plan_.push_back(step::SetForwarding{node.name, wanted});
  }

  void add_routes(const WantedNode& node) {
    if (!node.has_namespace) return;
    const auto& have = now_or_new(node.name).routes;
    for (const Route& route : wanted_.nodes.at(node.name).routes) {
      if (std::binary_search(have.begin(), have.end(), route, route_before)) continue;
      plan_.push_back(step::AddRoute{node.name, route});
    }
  }

  void add_neighbours(const WantedNode& node) {
    if (!node.has_namespace) return;
    for (const auto& [interface, want] : wanted_.nodes.at(node.name).interfaces) {
      const InterfaceState* now = have(node.name, interface);
      for (const auto& [address, mac] : want.neighbours) {
        if (now != nullptr && now->neighbours.contains(address)) continue;
        plan_.push_back(step::AddNeighbour{node.name, interface, address, mac});
      }
    }
  }

  void add_bridge(const WantedNode& node) {
    const auto wanted = wanted_.bridges.find(node.name);
    if (wanted == wanted_.bridges.end()) return;
    const auto now = now_.bridges.find(node.name);
    if (now == now_.bridges.end() || now->second != wanted->second)
      plan_.push_back(step::PutBridge{wanted->second});
  }

  const Inventory& now_;
  const Inventory& wanted_;
  const std::vector<WantedNode>& order_;
  Plan& plan_;
};

}  // namespace

void plan_additions(const Inventory& now, const Wanted& wanted, Plan& plan) {
  Adder(now, wanted, plan).add();
}

}  // namespace flowbed
