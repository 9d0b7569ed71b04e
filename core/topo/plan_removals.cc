#include <algorithm>
#include <set>

#include "core/topo/mirrors.hh"
#include "core/topo/plan_steps.hh"
#include "core/topo/routing.hh"

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

class Remover {
 public:
  Remover(const Inventory& existing, const Wanted& wanted, Plan& plan)
      : before_(&existing), wanted_all_(wanted), wanted_(wanted.state), plan_(plan), now_(existing) {}

  Inventory remove() {
    shrink_bridges();
    remove_ferry_links();
    if (plan_moves(now_, wanted_all_, plan_)) {
      after_moves_ = now_;
      before_ = &after_moves_;
    }
    for (const auto& [name, node] : before_->nodes) {
      if (is_kept(name)) remove_from_node(name, node);
    }
    remove_links();
    for (const auto& [name, node] : before_->nodes) {
      if (!is_kept(name)) take(step::RemoveNamespace{name});
    }
    return std::move(now_);
  }

 private:
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

  void shrink_bridges() {
    for (const auto& [name, bridge] : before_->bridges) {
      const auto wanted = wanted_.bridges.find(name);
      if (wanted == wanted_.bridges.end()) {
        take(step::RemoveBridge{name});
        continue;
      }
      BridgeConfig shrunk = without_lost_ports(bridge, wanted->second, before_->nodes.at(""));
      if (shrunk != bridge) take(step::PutBridge{std::move(shrunk)});
    }
  }

  void remove_ferry_links() {
    for (const auto& [name, link] : before_->ferry_links) {
      const auto is_kept_end = [&](const std::string& interface) {
        return kept_interface(kFerryNode, interface, before_->nodes.at(kFerryNode).interfaces.at(interface));
      };
      if (!wanted_.ferry_links.contains(name) || !is_kept_end(link.a) || !is_kept_end(link.b))
        take(step::RemoveFerryLink{name});
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
      if (state.egress && !want->egress) take(step::UnshapeEgress{name, interface});
      for (const IpPrefix& lost : lost_addresses(state, *want))
        take(step::RemoveAddress{name, interface, lost});
    }
  }

  void remove_routes(const std::string& name, const NodeState& have) {
    if (have.routes.empty()) return;
    const auto attachments = attachments_of(have);
    for (const Route& route : have.routes) {
      const auto towards = interface_towards(attachments, route);
      if (!towards || must_go(name, route, attachments[*towards].name, have))
        take(step::RemoveRoute{name, route});
    }
  }

  // Whether a route goes by a step of its own: not if its interface is removed.
  bool must_go(const std::string& node, const Route& route, std::string_view carrier,
               const NodeState& have) const {
    const auto& state = *have.interfaces.find(std::string(carrier));
    const InterfaceState* want = kept_interface(node, state.first, state.second);
    if (want == nullptr) return false;
    const std::vector<Route>& wanted = wanted_node(node)->routes;
    return !lost_addresses(state.second, *want).empty() ||
           !std::binary_search(wanted.begin(), wanted.end(), route, route_before);
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

  void remove_links() {
    for (const auto& [name, node] : before_->nodes) {
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
  // a step of its own, if the name of its end elsewhere is wanted again; that end decides.
  bool goes_with_namespace(const std::string& node, const std::string& interface,
                           const InterfaceState& have) const {
    return !is_kept(node) || (!is_kept(have.peer_node) && wanted_interface(node, interface) == nullptr);
  }

  const Inventory* before_;
  Inventory after_moves_;
  const Wanted& wanted_all_;
  const Inventory& wanted_;
  Plan& plan_;
  Inventory now_;  // after the steps so far
};

}  // namespace

Inventory plan_removals(const Inventory& existing, const Wanted& wanted, Plan& plan) {
  return Remover(existing, wanted, plan).remove();
}

}  // namespace flowbed
