#include <algorithm>

#include "tests/core/topo/topologies.hh"

namespace flowbed::test {
namespace {

class RandomNetwork {
 public:
  explicit RandomNetwork(std::mt19937_64& random) : random_(random) {}

  Topology make() {
    topology_.options.ipv6 = chance(50);
    topology_.options.static_arp = chance(30);
    topology_.options.auto_mac = chance(30);
    if (chance(50)) topology_.options.link_backend = LinkBackend::ferry;
    add_nodes();
    const size_t links = below(14);
    for (size_t i = 0; i < links; i++) add_link();
    add_options();
    return std::move(topology_);
  }

 private:
  uint64_t below(uint64_t bound) { return random_() % bound; }
  bool chance(uint64_t percent) { return below(100) < percent; }

  // Names are few and kinds vary, so that a host becomes a switch from one network to the next.
  void add_nodes() {
    for (int i = 1; i <= 4; i++) {
      if (chance(80)) topology_.nodes.push_back(host("h" + std::to_string(i)));
      if (chance(60)) topology_.nodes.push_back(switch_node("s" + std::to_string(i)));
      if (chance(30)) {
        const NodeKind kinds[] = {NodeKind::host, NodeKind::router, NodeKind::switch_,
                                  NodeKind::external_switch};
        topology_.nodes.push_back(node("a-name-that-is-long" + std::to_string(i), kinds[below(4)]));
      }
      if (chance(30)) topology_.nodes.push_back(router("r" + std::to_string(i)));
    }
    std::shuffle(topology_.nodes.begin(), topology_.nodes.end(), random_);
  }

  void add_link() {
    if (topology_.nodes.size() < 2) return;
    const Node& a = topology_.nodes[below(topology_.nodes.size())];
    const Node& b = topology_.nodes[below(topology_.nodes.size())];
    if (&a == &b && a.is_host()) return;
    Link l = link(a.name, b.name);
    l.up = !chance(20);
    if (chance(20)) l.mtu = 1400 + static_cast<uint32_t>(below(3));
    if (chance(20)) l.shape.delay = Duration(1 + below(3));
    if (chance(10)) l.a_to_b.rate = 8000 * (1 + below(2));
    if (chance(10)) {
      LinkChange change{.at = Duration(1), .up = chance(50)};
      change.shape.loss = 0.01;
      l.schedule = {change};
    }
    topology_.links.push_back(std::move(l));
  }

  void add_options() {
    const Topology numbered = complete(topology_);
    for (size_t n = 0; n < topology_.nodes.size(); n++) {
      Node& node = topology_.nodes[n];
      node.interfaces = numbered.nodes[n].interfaces;
      for (Interface& i : node.interfaces) {
        i.mac.reset();
        i.addresses.clear();
        if (node.kind == NodeKind::switch_ && chance(20)) i.vlan = static_cast<uint16_t>(10 + below(2));
      }
      if (node.is_host()) add_addresses(node, n);
      if (node.is_host()) add_limits(node);
      if (node.kind == NodeKind::switch_) add_mirror(node);
    }
    topology_.links = numbered.links;
  }

  void add_addresses(Node& node, size_t n) {
    for (size_t i = 0; i < node.interfaces.size(); i++) {
      if (chance(40)) continue;
      const std::string network = "172." + std::to_string(16 + i) + ".0.";
      node.interfaces[i].addresses.push_back(*IpPrefix::parse(network + std::to_string(1 + n) + "/24"));
      if (chance(30))
        node.interfaces[i].addresses.push_back(*IpPrefix::parse(network + std::to_string(100 + n) + "/24"));
      if (chance(50)) {
        Route route;
        route.to = *IpPrefix::parse("192.168." + std::to_string(i) + ".0/24");
        route.via = *IpAddress::parse(network + std::to_string(200 + below(2)));
        if (chance(30)) route.interface = node.interfaces[i].name;
        node.routes.push_back(route);
      }
      if (topology_.options.ipv6 && chance(40)) {
        const std::string net6 = "fd0" + std::to_string(1 + i) + "::";
        node.interfaces[i].addresses.push_back(*IpPrefix::parse(net6 + std::to_string(1 + n) + "/64"));
      }
    }
  }

  void add_limits(Node& node) {
    if (chance(20)) node.limits.cpu = 0.25 * static_cast<double>(1 + below(3));
    if (chance(20)) node.limits.memory = 1'000'000 * (1 + below(3));
    if (chance(20)) node.limits.cores = {0, static_cast<uint16_t>(1 + below(3))};
  }

  void add_mirror(Node& node) {
    if (node.interfaces.size() < 2 || !chance(40)) return;
    Mirror mirror;
    mirror.output = node.interfaces[0].name;
    if (chance(50)) mirror.ports = {node.interfaces[1].name};
    node.mirrors.push_back(std::move(mirror));
  }

  std::mt19937_64& random_;
  Topology topology_;
};

}  // namespace

Topology random_network(std::mt19937_64& random) { return RandomNetwork(random).make(); }

}  // namespace flowbed::test
