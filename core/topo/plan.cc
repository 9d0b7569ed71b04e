#include "core/topo/plan.hh"

#include <algorithm>
#include <set>

#include "core/topo/mirrors.hh"
#include "core/topo/routing.hh"
#include "core/topo/wanted.hh"

namespace flowbed {
namespace {

using InterfaceState = Inventory::InterfaceState;
using NodeState = Inventory::NodeState;

// How many addresses at the beginning of the two lists are the same, counting only one family.
size_t common_addresses(const std::vector<IpPrefix>& a, const std::vector<IpPrefix>& b, bool v6) {
  const auto other_family = [v6](const IpPrefix& p) { return p.address.v6 != v6; };
  std::vector<IpPrefix> x = a, y = b;
  std::erase_if(x, other_family);
  std::erase_if(y, other_family);
  return static_cast<size_t>(std::mismatch(x.begin(), x.end(), y.begin(), y.end()).first - x.begin());
}

// The addresses to remove, last first. What follows a removed one goes too and comes again: the kernel knows
// an address as the first of its network or as a secondary one, and drops the latter with the former.
std::vector<IpPrefix> lost_addresses(const InterfaceState& have, const InterfaceState& want) {
  if (have.addresses == want.addresses) return {};
  size_t keep[2] = {common_addresses(have.addresses, want.addresses, false),
                    common_addresses(have.addresses, want.addresses, true)};
  std::vector<IpPrefix> lost;
  for (const IpPrefix& a : have.addresses) {
    if (keep[a.address.v6] > 0) {
      keep[a.address.v6]--;
    } else {
      lost.insert(lost.begin(), a);
    }
  }
  return lost;
}

class Planner {
 public:
  Planner(const Inventory& existing, const Wanted& wanted)
      : now_(existing), wanted_(wanted.state), order_(wanted.nodes) {}

  Plan plan() {
    remove();
    add();
    return std::move(plan_);
  }

 private:
  // ---- taking away: every step is recorded in now_, so that what is left to add is a plain comparison

  void remove() {
    const Inventory before = now_;
    shrink_bridges(before);
    for (const auto& [name, node] : before.nodes) {
      if (is_kept(name)) remove_from_node(name, node);
    }
    remove_links(before);
    for (const auto& [name, node] : before.nodes) {
      if (!is_kept(name)) take(step::RemoveNamespace{name});
    }
  }

  void take(Step step) {
    record(now_, step);
    plan_.push_back(std::move(step));
  }

  const NodeState* wanted_node(const std::string& name) const {
    const auto node = wanted_.nodes.find(name);
    return node == wanted_.nodes.end() ? nullptr : &node->second;
  }

  const InterfaceState* wanted_interface(const std::string& node, const std::string& name) const {
    const NodeState* wanted = wanted_node(node);
    if (wanted == nullptr) return nullptr;
    const auto interface = wanted->interfaces.find(name);
    return interface == wanted->interfaces.end() ? nullptr : &interface->second;
  }

  bool is_kept(const std::string& node) const {
    const NodeState* wanted = wanted_node(node);
    if (wanted == nullptr) return false;
    const auto now = now_.nodes.find(node);
    return now != now_.nodes.end() && now->second.ipv6 == wanted->ipv6;
  }

  // What is wanted of an interface that stays; null if it goes.
  const InterfaceState* kept_interface(const std::string& node, const std::string& name,
                                       const InterfaceState& have) const {
    const InterfaceState* want = wanted_interface(node, name);
    if (want == nullptr || want->peer_node != have.peer_node || want->peer_interface != have.peer_interface) {
      return nullptr;
    }
    return is_kept(node) && is_kept(have.peer_node) ? want : nullptr;
  }

  void shrink_bridges(const Inventory& before) {
    for (const auto& [name, bridge] : before.bridges) {
      const auto wanted = wanted_.bridges.find(name);
      if (wanted == wanted_.bridges.end()) {
        take(step::RemoveBridge{name});
        continue;
      }
      BridgeConfig shrunk = without_lost_ports(bridge, wanted->second, before.nodes.at(""));
      if (shrunk != bridge) take(step::PutBridge{std::move(shrunk)});
    }
  }

  BridgeConfig without_lost_ports(BridgeConfig bridge, const BridgeConfig& wanted,
                                  const NodeState& fabric) const {
    std::set<std::string_view> stay;
    for (const BridgePort& port : wanted.ports) {
      const auto have = fabric.interfaces.find(port.interface);
      if (have != fabric.interfaces.end() && kept_interface("", port.interface, have->second)) {
        stay.insert(port.interface);
      }
    }
    const size_t before = bridge.ports.size();
    std::erase_if(bridge.ports, [&](const BridgePort& port) { return !stay.contains(port.interface); });
    if (bridge.ports.size() == before) return bridge;
    std::set<std::string_view> names;
    for (const BridgePort& port : bridge.ports) names.insert(port.name);
    bridge.mirrors =
        mirrors_with(std::move(bridge.mirrors), [&](const std::string& p) { return names.contains(p); });
    return bridge;
  }

  void remove_from_node(const std::string& name, const NodeState& have) {
    remove_routes(name, have);
    for (const auto& [interface, state] : have.interfaces) {
      const InterfaceState* want = kept_interface(name, interface, state);
      if (want == nullptr) continue;
      remove_neighbours(name, interface, state, *want);
      for (const IpPrefix& lost : lost_addresses(state, *want))
        take(step::RemoveAddress{name, interface, lost});
    }
  }

  void remove_routes(const std::string& name, const NodeState& have) {
    if (have.routes.empty()) return;
    const std::vector<Route>& wanted = wanted_node(name)->routes;
    std::vector<Attachment> attachments;
    for (const auto& [interface, state] : have.interfaces)
      attachments.push_back({interface, &state.addresses});
    for (const Route& route : have.routes) {
      const bool stays = std::binary_search(wanted.begin(), wanted.end(), route, route_before) &&
                         carrier_stays(name, have, interface_towards(attachments, route));
      if (!stays) take(step::RemoveRoute{name, route});
    }
  }

  bool carrier_stays(const std::string& name, const NodeState& have, std::optional<size_t> position) const {
    if (!position) return false;
    const auto carrier = std::next(have.interfaces.begin(), static_cast<ptrdiff_t>(*position));
    const InterfaceState* want = kept_interface(name, carrier->first, carrier->second);
    return want != nullptr && want->up && lost_addresses(carrier->second, *want).empty();
  }

  void remove_neighbours(const std::string& node, const std::string& interface, const InterfaceState& have,
                         const InterfaceState& want) {
    if (have.neighbours.empty()) return;
    const bool flushed = have.mac != want.mac || !want.up || !lost_addresses(have, want).empty();
    for (const auto& [address, mac] : have.neighbours) {
      const auto wanted = want.neighbours.find(address);
      const bool stays = !flushed && wanted != want.neighbours.end() && wanted->second == mac;
      if (!stays) take(step::RemoveNeighbour{node, interface, address});
    }
  }

  void remove_links(const Inventory& before) {
    for (const auto& [name, node] : before.nodes) {
      for (const auto& [interface, state] : node.interfaces) {
        if (kept_interface(name, interface, state) || !still_there(name, interface)) continue;
        if (goes_with_namespace(name, interface, state)) continue;
        take(step::RemoveVeth{name, interface});
      }
    }
  }

  bool still_there(const std::string& node, const std::string& interface) const {
    return now_.nodes.at(node).interfaces.contains(interface);
  }

  // The kernel removes a namespace some time after the last descriptor has closed. So a link goes before, by
  // a step of its own, if the name of its end elsewhere is wanted again.
  bool goes_with_namespace(const std::string& node, const std::string& interface,
                           const InterfaceState& have) const {
    const bool own_goes = !is_kept(node), other_goes = !is_kept(have.peer_node);
    if (own_goes) return other_goes || wanted_interface(have.peer_node, have.peer_interface) == nullptr;
    return other_goes && wanted_interface(node, interface) == nullptr;
  }

  // ---- adding: wanted_ against now_

  void add() {
    for (const WantedNode& node : order_) add_node(node);
    for (const WantedNode& node : order_) add_forwarding(node);
    for (const WantedNode& node : order_) add_routes(node);
    for (const WantedNode& node : order_) add_neighbours(node);
    for (const WantedNode& node : order_) add_bridge(node);
  }

  void add_node(const WantedNode& node) {
    if (node.has_namespace && !now_.nodes.contains(node.name)) {
      plan_.push_back(step::CreateNamespace{node.name, wanted_.nodes.at(node.name).ipv6});
    }
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
    }
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
    step::SetInterface change{want.node, want.interface, {}, {}, {}};
    if (now->mac != want.mac) change.mac = want.mac;
    if (now->mtu != want.mtu) change.mtu = want.mtu;
    if (now->up != want.up) change.up = want.up;
    if (change.mac || change.mtu || change.up) plan_.push_back(std::move(change));
    add_addresses(want.node, want.interface, now->addresses);
  }

  void add_addresses(const std::string& node, const std::string& interface,
                     const std::vector<IpPrefix>& have) {
    for (const IpPrefix& a : wanted_interface(node, interface)->addresses) {
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

  Inventory now_;  // after the steps that take away
  const Inventory& wanted_;
  const std::vector<WantedNode>& order_;
  Plan plan_;
};

}  // namespace

Plan make_plan(const Inventory& existing, const Topology& wanted, const Capabilities& capabilities) {
  return Planner(existing, wanted_state(wanted, capabilities)).plan();
}

}  // namespace flowbed
