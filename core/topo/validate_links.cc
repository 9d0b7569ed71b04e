// Links: that both ends are there and free.
#include <set>

#include "core/base/suggest.hh"
#include "core/topo/ifname.hh"
#include "core/topo/validation.hh"

namespace flowbed {
namespace {

bool lists(const Node& node, const std::string& interface) {
  for (const Interface& i : node.interfaces) {
    if (i.name == interface) return true;
  }
  return false;
}

void check_interface_named(Validation& v, const Node& node, const LinkEnd& end, const std::string& place) {
  const auto number = ifname_number(node.name, end.interface);
  const bool standard = number && (*number > 0 || !node.is_switch());
  if (end.interface.empty() || standard || lists(node, end.interface)) return;
  const std::string near = v.suggest_interface(node, end.interface);
  v.fault(place + ".interface",
          node.name + " has no interface " + in_quotes(end.interface) +
              (near.find('?') == std::string::npos ? "; list it at the node, or leave it out here" : near));
}

void check_end(Validation& v, const LinkEnd& end, const std::string& place) {
  if (end.kind != "interface")
    v.fault(place + ".kind", in_quotes(end.kind) + " is no kind of end; valid: interface");
  if (end.node.empty()) return v.fault(place + ".node", "the link leads to nothing; name a node");
  const auto n = v.index.find(end.node);
  if (!n) {
    return v.fault(place + ".node", "there is no node " + in_quotes(end.node) + v.suggest_node(end.node));
  }
  const Node& node = v.given.nodes[*n];
  if (node.kind == NodeKind::controller) {
    return v.fault(place + ".node",
                   node.name + " is a controller, and controllers have no links; remove the link");
  }
  check_interface_named(v, node, end, place);
}

using UsedInterfaces = std::set<std::pair<std::string_view, std::string_view>>;

void check_free(Validation& v, UsedInterfaces& used, const LinkEnd& end, const std::string& place) {
  if (end.interface.empty()) return;  // no such node
  if (used.emplace(end.node, end.interface).second) return;
  v.fault(place + ".interface", in_quotes(end.interface) + " of " + end.node +
                                    " has a link already; name another interface, or leave it out");
}

void check_self_link(Validation& v, const Link& link, size_t i) {
  if (link.a.node != link.b.node || link.a.node.empty()) return;
  const auto n = v.index.find(link.a.node);
  if (!n || !v.given.nodes[*n].is_host()) return;
  v.fault(link_place(i), "the link leads from " + link.a.node + " to itself, which only switches can have; " +
                             "name another node at one end");
}

}  // namespace

void check_links(Validation& v) {
  UsedInterfaces used;
  for (size_t i = 0; i < v.given.links.size(); i++) {
    const Link& link = v.given.links[i];
    const std::string place = link_place(i);
    if (link.kind != "veth")
      v.fault(place + ".kind", in_quotes(link.kind) + " is no kind of link; valid: veth");
    check_end(v, link.a, place + ".a");
    check_end(v, link.b, place + ".b");
    check_self_link(v, link, i);
    check_free(v, used, v.completed.links[i].a, place + ".a");
    check_free(v, used, v.completed.links[i].b, place + ".b");
    check_shape(v, link, place);
  }
}

}  // namespace flowbed
