#include <algorithm>
#include <cmath>

#include "core/base/suggest.hh"
#include "core/topo/names.hh"
#include "core/topo/validation.hh"

namespace flowbed {
namespace {

void check_base(Validation& v, const std::string& place, const IpPrefix& base, bool v6) {
  if (base.address.v6 != v6) {
    v.fault(place, base.to_string() + " is not an IPv" + (v6 ? "6" : "4") + " network; write e.g. " +
                       (v6 ? "fd00::/64" : "10.0.0.0/8"));
  } else if (base.length < 1 || base.capacity() < 1) {
    v.fault(place, base.to_string() + " has no room for hosts; choose a shorter prefix, e.g. /8 or /64");
  }
}

void check_room(Validation& v) {
  const auto left = std::find_if(v.completed.nodes.begin(), v.completed.nodes.end(), [](const Node& node) {
    return node.kind == NodeKind::host && !node.interfaces.empty() &&
           std::all_of(node.interfaces.begin(), node.interfaces.end(),
                       [](const Interface& i) { return i.addresses.empty(); });
  });
  if (left == v.completed.nodes.end()) return;
  const IpPrefix& base = v.given.options.ipbase;
  v.fault("options.ipbase", base.to_string() + " has no address left for " + left->name +
                                " and what comes after it; choose a shorter prefix");
}

}  // namespace

std::string link_place(size_t link) { return "links[" + std::to_string(link) + "]"; }
std::string end_place(size_t link, bool second) { return link_place(link) + (second ? ".b" : ".a"); }

std::string Validation::node_place(size_t node) const { return "nodes[" + std::to_string(node) + "]"; }

std::string Validation::interface_place(size_t node, size_t interface) const {
  if (interface < given.nodes[node].interfaces.size()) {
    const char* list = given.nodes[node].is_switch() ? ".ports[" : ".interfaces[";
    return node_place(node) + list + std::to_string(interface) + "]";
  }
  const LinkEnd end{
      given.nodes[node].name, completed.nodes[node].interfaces[interface].name, "interface", {}};
  for (size_t i = 0; i < completed.links.size(); i++) {
    const Link& link = completed.links[i];
    if (link.a.node == end.node && link.a.interface == end.interface) return end_place(i, false);
    if (link.b.node == end.node && link.b.interface == end.interface) return end_place(i, true);
  }
  return node_place(node);
}

namespace {

template <class Named>
std::string suggest(const std::string& word, const std::vector<Named>& things) {
  std::vector<std::string> names, writable;  // a list shows each once, and those only that one can write
  for (const Named& thing : things) {
    const bool known = std::find(names.begin(), names.end(), thing.name) != names.end();
    names.push_back(thing.name);
    if (!known && name_fault(thing.name, kMaxInterfaceName).empty()) writable.push_back(thing.name);
  }
  return suggestion(word, nearest(word, names).empty() ? writable : names);
}

}  // namespace

std::string Validation::suggest_node(const std::string& word) const {
  return faults.size() < kMaxSuggestions ? suggest(word, given.nodes) : "";
}

std::string Validation::suggest_interface(const Node& node, const std::string& word) const {
  return faults.size() < kMaxSuggestions ? suggest(word, node.interfaces) : "";
}

void check_options(Validation& v) {
  check_base(v, "options.ipbase", v.given.options.ipbase, false);
  if (v.given.options.ipv6) check_base(v, "options.ip6base", v.given.options.ip6base, true);
  if (v.faults.empty()) check_room(v);
}

void check_layout(Validation& v) {
  for (const auto& [node, position] : v.given.layout) {
    if (!v.index.find(node)) {
      v.fault("layout." + node, "there is no node " + in_quotes(node) + v.suggest_node(node));
    }
    if (!std::isfinite(position.x) || !std::isfinite(position.y)) {
      v.fault("layout." + node, "a coordinate is not finite; give two numbers");
    }
  }
}

std::vector<Fault> validate(const Topology& topology) {
  Validation v(topology);
  check_options(v);
  check_nodes(v);
  check_interfaces(v);
  check_addresses(v);
  check_routes(v);
  check_switches(v);
  check_openflow(v);
  check_exports(v);
  check_links(v);
  check_layout(v);
  return std::move(v.faults);
}

}  // namespace flowbed
