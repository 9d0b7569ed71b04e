// NameLists: what the things of a network are called, sorted into the types that verbs take ("host",
// "switch", …).
#pragma once

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

  // The names of a type of verb parameters; null if the type is none of names.
  const std::vector<std::string>* of_type(std::string_view type) const;
};

NameLists list_names(const Topology& topology);

}  // namespace flowbed
