#include "core/cli/names.hh"

#include <algorithm>
#include <utility>

namespace flowbed {

const std::vector<std::string>* NameLists::of_type(std::string_view type) const {
  if (type == "host") return &hosts;
  if (type == "switch") return &switches;
  if (type == "node") return &nodes;
  if (type == "interface") return &interfaces;
  if (type == "linked" || type == "neighbour") return &linked;
  if (type == "capturable") return &capturable;
  return nullptr;
}

namespace {

void list_link(NameLists& names, const Link& link) {
  const LinkEnd* ends[] = {&link.a, &link.b};
  for (const auto& [near, far] : {std::pair(ends[0], ends[1]), std::pair(ends[1], ends[0])}) {
    names.capturable.push_back(near->node + "-" + far->node);
    for (const std::string& name : {near->node, near->interface}) {
      auto& others = names.neighbours[name];
      if (std::find(others.begin(), others.end(), far->node) == others.end()) others.push_back(far->node);
      others.push_back(far->interface);
    }
  }
}

}  // namespace

NameLists list_names(const Topology& topology) {
  NameLists names;
  for (const Node& node : topology.nodes) {
    names.nodes.push_back(node.name);
    if (node.has_namespace()) names.hosts.push_back(node.name);
    if (node.kind == NodeKind::switch_) names.switches.push_back(node.name);
    for (const Interface& interface : node.interfaces) names.interfaces.push_back(interface.name);
  }
  names.capturable = names.interfaces;
  for (const Link& link : topology.links) list_link(names, link);
  for (const auto& [name, others] : names.neighbours) names.linked.push_back(name);
  return names;
}

}  // namespace flowbed
