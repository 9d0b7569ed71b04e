#include "tests/core/topo/strict_kernel.hh"

#include <algorithm>

#include "core/topo/routing.hh"

namespace flowbed::test {

struct StrictKernel::Checker {
  using InterfaceState = Inventory::InterfaceState;
  using NodeState = Inventory::NodeState;

  const Inventory& inventory;
  const std::set<std::string>& dying;

  const NodeState* node(const std::string& name) const {
    const auto found = inventory.nodes.find(name);
    return found == inventory.nodes.end() ? nullptr : &found->second;
  }

  const InterfaceState* interface(const std::string& node_name, const std::string& name) const {
    const NodeState* state = node(node_name);
    if (state == nullptr || !state->interfaces.contains(name)) return nullptr;
    return &state->interfaces.at(name);
  }

  bool is_port(const std::string& node_name, const std::string& name) const {
    if (!node_name.empty()) return false;
    return std::any_of(inventory.bridges.begin(), inventory.bridges.end(), [&](const auto& bridge) {
      return std::any_of(bridge.second.ports.begin(), bridge.second.ports.end(),
                         [&](const BridgePort& port) { return port.interface == name; });
    });
  }

  // Whether some route leaves by this interface; only of one family if `v6` is given.
  bool carries_route(const std::string& node_name, const std::string& name,
                     std::optional<bool> v6 = {}) const {
    const NodeState& state = *node(node_name);
    std::vector<Attachment> attachments;
    for (const auto& [interface_name, i] : state.interfaces)
      attachments.push_back({interface_name, &i.addresses});
    return std::any_of(state.routes.begin(), state.routes.end(), [&](const Route& route) {
      const auto towards = interface_towards(attachments, route);
      return towards && attachments[*towards].name == name && (!v6 || *v6 == is_ipv6(route));
    });
  }

  std::string interface_goes(const std::string& node_name, const std::string& name) const {
    return is_port(node_name, name) ? "it is a bridge's port" : "";
  }

  std::string operator()(const step::CreateNamespace& s) const { return node(s.node) ? "it is there" : ""; }

  std::string operator()(const step::RemoveNamespace& s) const {
    if (s.node.empty() || node(s.node) == nullptr) return "it is not there";
    for (const auto& [name, state] : node(s.node)->interfaces) {
      if (const std::string fault = interface_goes(state.peer_node, state.peer_interface);
          state.peer_node != s.node && !fault.empty()) {
        return fault;
      }
    }
    return "";
  }

  std::string operator()(const step::LimitHost& s) const {
    if (s.node.empty() || node(s.node) == nullptr) return "there is no such node";
    return node(s.node)->limits == s.limits ? "it has these limits" : "";
  }

  std::string free(const VethEnd& end) const {
    if (node(end.node) == nullptr) return "there is no namespace " + end.node;
    if (end.interface.size() > 15 || end.interface.empty()) return "that is no name for the kernel";
    if (interface(end.node, end.interface) != nullptr) return end.interface + " is there";
    return dying.contains(end.node + ":" + end.interface) ? end.interface + " is not gone yet" : "";
  }

  std::string operator()(const step::CreateVeth& s) const {
    if (const std::string fault = free(s.a); !fault.empty()) return fault;
    return free(s.b);
  }

  std::string operator()(const step::RemoveVeth& s) const {
    const InterfaceState* i = interface(s.node, s.interface);
    if (i == nullptr) return "it is not there";
    if (const std::string fault = interface_goes(s.node, s.interface); !fault.empty()) return fault;
    return interface_goes(i->peer_node, i->peer_interface);
  }

  std::string operator()(const step::MoveInterface& s) const {
    if (interface(s.node, s.interface) == nullptr) return "it is not there";
    if (const std::string fault = interface_goes(s.node, s.interface); !fault.empty()) return fault;
    for (const auto& [name, link] : inventory.ferry_links)
      if (s.node == kFerryNode && (s.interface == link.a || s.interface == link.b))
        return "the ferry uses it";
    return free(s.to);
  }

  std::string operator()(const step::SetInterface& s) const {
    const InterfaceState* i = interface(s.node, s.interface);
    if (i == nullptr) return "it is not there";
    if ((s.mac || s.up == false) && !i->neighbours.empty()) return "it loses its neighbours";
    if (s.up != false) return "";
    if (carries_route(s.node, s.interface)) return "it loses its routes";
    const bool loses =
        std::any_of(i->addresses.begin(), i->addresses.end(), [](const IpPrefix& a) { return a.address.v6; });
    return loses ? "it loses its IPv6 addresses" : "";
  }

  std::string operator()(const step::ShapeEgress& s) const {
    const InterfaceState* i = interface(s.node, s.interface);
    if (i == nullptr) return "it is not there";
    if (s.node == kFerryNode || i->peer_node == kFerryNode) return "the ferry does that";
    return i->egress == s.egress ? "it is shaped so" : "";
  }

  std::string operator()(const step::UnshapeEgress& s) const {
    const InterfaceState* i = interface(s.node, s.interface);
    return i != nullptr && i->egress ? "" : "it is not shaped";
  }

  std::string operator()(const step::AddAddress& s) const {
    const InterfaceState* i = interface(s.node, s.interface);
    if (i == nullptr) return "there is no such interface";
    if (s.address.address.v6 && !node(s.node)->ipv6) return "IPv6 is off";
    if (s.address.address.v6 && !i->up) return "IPv6 would be lost when it goes up";
    const bool there = std::find(i->addresses.begin(), i->addresses.end(), s.address) != i->addresses.end();
    return there ? "it is there" : "";
  }

  std::string operator()(const step::RemoveAddress& s) const {
    const InterfaceState* i = interface(s.node, s.interface);
    if (i == nullptr) return "there is no such interface";
    auto a = std::find(i->addresses.begin(), i->addresses.end(), s.address);
    if (a == i->addresses.end()) return "it is not there";
    if (carries_route(s.node, s.interface, s.address.address.v6)) return "a route may go with it";
    if (!i->neighbours.empty()) return "neighbours may go with it";
    const bool is_first = std::none_of(i->addresses.begin(), a, [&](const IpPrefix& other) {
      return other.network() == a->network() && other.length == a->length;
    });
    const bool has_followers = std::any_of(a + 1, i->addresses.end(), [&](const IpPrefix& other) {
      return other.network() == a->network() && other.length == a->length;
    });
    return is_first && has_followers ? "secondary addresses go with it" : "";
  }

  std::string operator()(const step::SetForwarding& s) const {
    return node(s.node) ? "" : "there is no such node";
  }

  std::string operator()(const step::AddRoute& s) const {
    const NodeState* state = node(s.node);
    if (state == nullptr) return "there is no such node";
    const auto towards = interface_towards(attachments_of(*state), s.route);
    if (!towards) return "it is not reachable";
    if (!std::next(state->interfaces.begin(), static_cast<ptrdiff_t>(*towards))->second.up)
      return "its link is down";
    const bool there = std::any_of(state->routes.begin(), state->routes.end(),
                                   [&](const Route& r) { return destination(r) == destination(s.route); });
    return there ? "there is one to that destination" : "";
  }

  std::string operator()(const step::RemoveRoute& s) const {
    const NodeState* state = node(s.node);
    if (state == nullptr) return "there is no such node";
    const bool there = std::find(state->routes.begin(), state->routes.end(), s.route) != state->routes.end();
    return there ? "" : "it is not there";
  }

  std::string operator()(const step::AddNeighbour& s) const {
    const InterfaceState* i = interface(s.node, s.interface);
    if (i == nullptr || !i->up) return "the interface is not there or down";
    return i->neighbours.contains(s.address) ? "it is there" : "";
  }

  std::string operator()(const step::RemoveNeighbour& s) const {
    const InterfaceState* i = interface(s.node, s.interface);
    return i != nullptr && i->neighbours.contains(s.address) ? "" : "it is not there";
  }

  std::string operator()(const step::PutBridge& s) const {
    for (const BridgePort& port : s.bridge.ports) {
      const InterfaceState* end = interface("", port.interface);
      if (end == nullptr) return "there is no " + port.interface;
      if (end->peer_node == kFerryNode && !port.is_emulated) return "the ferry emulates its link";
      if (end->egress && !port.is_emulated) return "qdiscs emulate its link";
      if (end->peer_node != kFerryNode && !port.peer.empty() && end->peer_interface != port.peer)
        return "the peer is wrong";
      for (const auto& [name, bridge] : inventory.bridges) {
        const bool taken = std::any_of(bridge.ports.begin(), bridge.ports.end(),
                                       [&](const BridgePort& p) { return p.interface == port.interface; });
        if (taken && name != s.bridge.name) return port.interface + " is a port of " + name;
      }
    }
    return "";
  }

  std::string operator()(const step::RemoveBridge& s) const {
    return inventory.bridges.contains(s.name) ? "" : "it is not there";
  }

  std::string operator()(const step::PutFerryLink& s) const {
    const auto ferry = inventory.nodes.find(kFerryNode);
    if (ferry == inventory.nodes.end()) return "there is no ferry";
    for (const std::string& end : {s.link.a, s.link.b})
      if (!ferry->second.interfaces.contains(end)) return "its end " + end + " is not there";
    return "";
  }

  std::string operator()(const step::RemoveFerryLink& s) const {
    return inventory.ferry_links.contains(s.name) ? "" : "it is not there";
  }
};

std::string StrictKernel::apply(const Step& step) {
  const std::string fault = std::visit(Checker{inventory_, dying_}, step);
  if (!fault.empty()) return to_string(step) + ": " + fault;
  if (const auto* removed = std::get_if<step::RemoveNamespace>(&step)) {
    for (const auto& [name, state] : inventory_.nodes.at(removed->node).interfaces) {
      dying_.insert(state.peer_node + ":" + state.peer_interface);
    }
  }
  if (const auto* made = std::get_if<step::CreateNamespace>(&step)) {
    std::erase_if(dying_, [&](const std::string& end) { return end.starts_with(made->node + ":"); });
  }
  record(inventory_, step);
  return "";
}

}  // namespace flowbed::test
