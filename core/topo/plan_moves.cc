// A link may begin or cease to be emulated while a host uses it. Then the other end of the host's pair
// changes its place, between the fabric and the ferry, and the host's interface keeps all that it has:
// addresses and routes, those made by hand too.
#include "core/topo/plan_steps.hh"

namespace flowbed {
namespace {

using InterfaceState = Inventory::InterfaceState;
using NodeState = Inventory::NodeState;

bool is_host(const std::string& node) { return !node.empty() && node != kFerryNode; }

class Mover {
 public:
  Mover(Inventory& now, const Wanted& wanted, Plan& plan) : now_(now), wanted_(wanted), plan_(plan) {}

  // What goes to the ferry makes room for what comes from there.
  bool move() {
    const std::vector<Host> hosts = hosts_to_serve();
    for (const Host& host : hosts)
      if (host.is_ferried) serve(host);
    for (const Host& host : hosts)
      if (!host.is_ferried) serve(host);
    return !hosts.empty();
  }

 private:
  struct Host {
    std::string node, interface;
    bool is_ferried;  // shall be
  };

  void take(Step step) {
    record(now_, step);
    plan_.push_back(std::move(step));
  }

  std::vector<Host> hosts_to_serve() const {
    std::vector<Host> hosts;
    for (const auto& [name, node] : now_.nodes) {
      const auto wanted = wanted_.state.nodes.find(name);
      if (!is_host(name) || wanted == wanted_.state.nodes.end() || wanted->second.ipv6 != node.ipv6) continue;
      for (const auto& [interface, have] : node.interfaces) {
        const auto want = wanted->second.interfaces.find(interface);
        if (want == wanted->second.interfaces.end() || !changes_place(have, want->second)) continue;
        hosts.push_back({name, interface, want->second.peer_node == kFerryNode});
      }
    }
    return hosts;
  }

  static bool changes_place(const InterfaceState& have, const InterfaceState& want) {
    return have.peer_node != want.peer_node && !is_host(have.peer_node) && !is_host(want.peer_node);
  }

  void serve(const Host& host) {
    const VethEnd to = wanted_peer(host);
    if (!now_.nodes.contains(to.node)) take(step::CreateNamespace{to.node, false});
    if (now_.nodes.at(to.node).interfaces.contains(to.interface))
      take(step::RemoveVeth{to.node, to.interface});
    const auto& interfaces = now_.nodes.at(host.node).interfaces;
    const auto have = interfaces.find(host.interface);
    if (have == interfaces.end()) return;  // what was in the way was its own
    unshape(have->second.peer_node, have->second.peer_interface);
    take(step::MoveInterface{have->second.peer_node, have->second.peer_interface, to});
  }

  // Qdiscs do not go along.
  void unshape(const std::string& node, const std::string& interface) {
    if (now_.nodes.at(node).interfaces.at(interface).egress) take(step::UnshapeEgress{node, interface});
  }

  VethEnd wanted_peer(const Host& host) const {
    for (const WantedNode& node : wanted_.nodes) {
      for (const auto& [a, b] : node.links) {
        if (a.node == host.node && a.interface == host.interface) return b;
        if (b.node == host.node && b.interface == host.interface) return a;
      }
    }
    return {};  // every wanted interface has its pair
  }

  Inventory& now_;
  const Wanted& wanted_;
  Plan& plan_;
};

}  // namespace

bool plan_moves(Inventory& now, const Wanted& wanted, Plan& plan) { return Mover(now, wanted, plan).move(); }

}  // namespace flowbed
