// NameLists: what the things of a network are called, sorted into the types that verbs take ("host",
// "switch", …).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/topo/topology.hh"

namespace flowbed {

struct NameLists {
  std::vector<std::string> hosts;  // and routers: wherever commands run
  std::vector<std::string> switches;
  std::vector<std::string> nodes;       // all of them
  std::vector<std::string> interfaces;  // of all nodes
  std::vector<std::string> linked;      // nodes and interfaces that have a link
  std::vector<std::string> capturable;  // interfaces, and links as h1-s1 and s1-h1
  // What the links of a node or interface lead to, nodes first.
  std::map<std::string, std::vector<std::string>> neighbours;

  // The names of a type of verb parameters; null if the type is none of names.
  const std::vector<std::string>* of_type(std::string_view type) const;
};

NameLists list_names(const Topology& topology);

}  // namespace flowbed
