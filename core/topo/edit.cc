#include "core/topo/edit.hh"

#include <algorithm>

#include "core/base/error.hh"
#include "core/base/suggest.hh"
#include "core/topo/mirrors.hh"
#include "core/topo/routing.hh"

namespace flowbed {
namespace {

Topology checked(const Topology& topology) {
  const auto faults = validate(topology);
  if (faults.empty()) return complete(topology);
  std::string text;
  for (const Fault& fault : faults) text += (text.empty() ? "" : "\n") + fault.message;
  throw Error(text);
}

std::vector<std::string> node_names(const Topology& topology) {
  std::vector<std::string> names;
  for (const Node& node : topology.nodes) names.push_back(node.name);
  return names;
}

bool is_at(const LinkEnd& end, const std::string& name) { return end.node == name || end.interface == name; }

bool is_between(const Link& link, const std::string& a, const std::string& b) {
  return (is_at(link.a, a) && is_at(link.b, b)) || (is_at(link.a, b) && is_at(link.b, a));
}

void check_known(const Topology& topology, const std::string& name) {
  if (topology.find(name) != nullptr) return;
  for (const Link& link : topology.links) {
    if (is_at(link.a, name) || is_at(link.b, name)) return;
  }
  throw Error("there is no node or linked interface " + in_quotes(name) +
              suggestion(name, node_names(topology)));
}

// Routes that only this interface carried would be refused when the network starts again.
void remove_interface(Topology& topology, const LinkEnd& end) {
  Node* node = topology.find(end.node);
  if (node == nullptr) return;
  const auto is_it = [&](const Interface& i) { return i.name == end.interface; };
  const auto position = std::find_if(node->interfaces.begin(), node->interfaces.end(), is_it);
  if (position == node->interfaces.end()) return;
  const auto index = static_cast<size_t>(position - node->interfaces.begin());
  const auto attachments = attachments_of(*node);
  std::erase_if(node->routes,
                [&](const Route& route) { return interface_towards(attachments, route) == index; });
  node->interfaces.erase(position);
  node->mirrors =
      mirrors_with(std::move(node->mirrors), [&](const std::string& port) { return port != end.interface; });
}

void give_address(Topology& topology, const LinkEnd& end, const std::optional<IpPrefix>& address) {
  if (!address) return;
  Node& node = *topology.find(end.node);
  if (!node.is_host())
    throw Error(node.name + " is a " + to_string(node.kind) + "; addresses are for hosts and routers");
  for (Interface& interface : node.interfaces) {
    if (interface.name == end.interface) interface.addresses = {*address};
  }
}

bool lacks_address(const Topology& topology, const LinkEnd& end) {
  const Node& node = *topology.find(end.node);
  return node.is_host() &&
         std::any_of(node.interfaces.begin(), node.interfaces.end(),
                     [&](const Interface& i) { return i.name == end.interface && i.addresses.empty(); });
}

std::string advice_on_address(const LinkEnd& end) {
  return end.interface +
         " has no address; \"add link\" takes the ends' addresses after their names, or: " + end.node +
         " ip address add 192.168.1.1/24 dev " + end.interface;
}

void drop_link(Topology& topology, size_t index) {
  const Link link = topology.links[index];
  topology.links.erase(topology.links.begin() + static_cast<ptrdiff_t>(index));
  remove_interface(topology, link.a);
  remove_interface(topology, link.b);
}

}  // namespace

Topology add_node(Topology topology, Node node) {
  if (topology.find(node.name) != nullptr) {
    throw Error(in_quotes(node.name) + " is the name of a node already; choose another");
  }
  topology.nodes.push_back(std::move(node));
  return checked(topology);
}

Topology add_link(Topology topology, Link link, const EndAddresses& addresses) {
  topology.links.push_back(std::move(link));
  topology = checked(topology);
  if (!addresses.a && !addresses.b) return topology;
  const Link made = topology.links.back();
  give_address(topology, made.a, addresses.a);
  give_address(topology, made.b, addresses.b);
  return checked(topology);
}

IpPrefix address_in(const Topology& topology, const std::string& text) {
  auto prefix = IpPrefix::parse(text);
  if (!prefix) throw Error("address: " + in_quotes(text) + " is not an address; write e.g. 10.0.0.7/8");
  const NetworkOptions& options = topology.options;
  if (text.find('/') == std::string::npos)
    prefix->length = prefix->address.v6 ? options.ip6base.length : options.ipbase.length;
  return *prefix;
}

std::vector<size_t> links_between(const Topology& topology, const std::string& a, const std::string& b) {
  check_known(topology, a);
  check_known(topology, b);
  std::vector<size_t> found;
  for (size_t i = 0; i < topology.links.size(); i++) {
    if (is_between(topology.links[i], a, b)) found.push_back(i);
  }
  if (found.empty())
    throw Error("there is no link between " + a + " and " + b + "; \"links\" shows those that there are");
  return found;
}

Topology remove_node(Topology topology, const std::string& name) {
  const auto node = std::find_if(topology.nodes.begin(), topology.nodes.end(),
                                 [&](const Node& n) { return n.name == name; });
  if (node == topology.nodes.end()) {
    throw Error("there is no node " + in_quotes(name) + suggestion(name, node_names(topology)));
  }
  for (size_t i = topology.links.size(); i-- > 0;) {
    const Link& link = topology.links[i];
    if (link.a.node == name || link.b.node == name) drop_link(topology, i);
  }
  topology.nodes.erase(node);
  topology.layout.erase(name);
  for (Node& other : topology.nodes) {
    if (other.controllers) std::erase(*other.controllers, name);
  }
  return checked(topology);
}

Topology set_controllers(Topology topology, const std::string& name,
                         std::optional<std::vector<std::string>> controllers) {
  Node* node = topology.find(name);
  if (node == nullptr) {
    throw Error("there is no node " + in_quotes(name) + suggestion(name, node_names(topology)));
  }
  node->controllers = std::move(controllers);
  return checked(topology);
}

Topology set_limits(Topology topology, const std::string& name, const HostLimits& limits) {
  Node* node = topology.find(name);
  if (node == nullptr) {
    throw Error("there is no node " + in_quotes(name) + suggestion(name, node_names(topology)));
  }
  node->limits = limits;
  return checked(topology);
}

Topology set_exports(Topology topology, const std::string& name, const FlowExports& exports) {
  Node* node = topology.find(name);
  if (node == nullptr || node->kind != NodeKind::switch_)
    throw Error("there is no switch " + in_quotes(name) + suggestion(name, node_names(topology)));
  node->exports = exports;
  return checked(topology);
}

Topology remove_link(Topology topology, const std::string& a, const std::string& b) {
  const auto found = links_between(topology, a, b);
  if (found.size() > 1) {
    const Link& first = topology.links[found[0]];
    throw Error("there are " + std::to_string(found.size()) + " links between " + a + " and " + b +
                "; name the ends of one, e.g. " + first.a.interface + " and " + first.b.interface);
  }
  drop_link(topology, found[0]);
  return checked(topology);
}

std::vector<std::string> notes_on_last_link(const Topology& topology) {
  const Link& link = topology.links.back();
  std::vector<std::string> notes;
  const size_t count = links_between(topology, link.a.node, link.b.node).size();
  if (count > 1) {
    notes.push_back(link.a.node + " and " + link.b.node + " now have " + std::to_string(count) +
                    " links; name the ends of one by their interfaces: " + link.a.interface + " " +
                    link.b.interface);
  }
  for (const LinkEnd* end : {&link.a, &link.b}) {
    if (lacks_address(topology, *end)) notes.push_back(advice_on_address(*end));
  }
  return notes;
}

Topology change_links(Topology topology, const std::string& a, const std::string& b, const LinkWords& words) {
  for (const size_t i : links_between(topology, a, b)) topology.links[i] = changed(topology.links[i], words);
  return checked(topology);
}

Topology set_link_up(Topology topology, const std::string& a, const std::string& b, bool up) {
  for (const size_t i : links_between(topology, a, b)) topology.links[i].up = up;
  return checked(topology);
}

}  // namespace flowbed
