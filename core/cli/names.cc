#include "core/cli/names.hh"

namespace flowbed {

const std::vector<std::string>* NameLists::of_type(std::string_view type) const {
  if (type == "host") return &hosts;
  if (type == "switch") return &switches;
  if (type == "node") return &nodes;
  if (type == "interface") return &interfaces;
  return nullptr;
}

NameLists list_names(const Topology& topology) {
  NameLists names;
  for (const Node& node : topology.nodes) {
    names.nodes.push_back(node.name);
    if (node.has_namespace()) names.hosts.push_back(node.name);
    if (node.kind == NodeKind::switch_) names.switches.push_back(node.name);
    for (const Interface& interface : node.interfaces) names.interfaces.push_back(interface.name);
  }
  return names;
}

}  // namespace flowbed
