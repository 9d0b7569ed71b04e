// Builders: networks of regular shape, made from a few numbers.
//
// One table lists them all; the options of the command line, help, completion and the documentation come from
// it. The first six have the node names, the order of links and the port numbers that Mininet 2.3 gives;
// where its port numbers do not follow from the order of the links, the link ends name their interfaces.
// Every builder also lays its network out for an editor, 100 units between neighbours.
//
// Where a network has loops (ring, mesh, torus, leafspine, fattree, random), its switches run spanning tree.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/topo/topology.hh"

namespace flowbed {

struct BuilderParameter {
  std::string name;
  uint64_t standard;  // where it is not given
  uint64_t least, most;
  std::string help;
};

struct Builder {
  std::string name;
  std::vector<BuilderParameter> parameters;  // positions are the order
  std::string help;                          // one sentence
  std::function<double(const std::vector<uint64_t>& values)>
      size;  // how many nodes and links that makes, about
  std::function<Topology(const std::vector<uint64_t>& values)>
      build;  // one value a parameter, all within bounds
};

const std::vector<Builder>& builders();

// "tree,2,3", "tree,depth=2,fanout=3", "tree,2,fanout=3". Positions come before names. Throws Error on an
// unknown builder or parameter (listing the valid ones), a value out of bounds, or a network of more than
// kMaxBuiltNodes nodes.
Topology build_topology(std::string_view spec);

constexpr uint64_t kMaxBuiltSize = 200'000;

}  // namespace flowbed
