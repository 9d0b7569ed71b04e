// Wanted: what the inventory would hold if a topology were fully applied, with the order in which to get
// there.
#pragma once

#include <string>
#include <vector>

#include "core/topo/plan.hh"

namespace flowbed {

struct WantedNode {
  std::string name;
  bool has_namespace = false;
  std::vector<step::CreateVeth> links;  // those made at this node's turn: their other node has come before
};

struct Wanted {
  Inventory state;
  std::vector<WantedNode> nodes;  // all, in the topology's order
};

Wanted wanted_state(const Topology& completed, const Capabilities& capabilities);

}  // namespace flowbed
