// What the builders share: adding nodes and links, and placing nodes for an editor.
#pragma once

#include <string>

#include "core/topo/topology.hh"

namespace flowbed::build {

constexpr double kSpacing = 100;  // editor units between neighbours

// Collects a topology in the order in which a builder speaks of its nodes.
class Draft {
 public:
  explicit Draft(std::string title) { topology_.name = std::move(title); }

  // `column` and `row` are in steps of kSpacing.
  void host(const std::string& name, double column, double row) { node(name, NodeKind::host, column, row); }
  void switch_at(const std::string& name, double column, double row, std::optional<uint64_t> dpid = {});
  // The next interface of each; numbers follow from the order of the links.
  void link(const std::string& a, const std::string& b) {
    topology_.links.push_back(link_of({a, ""}, {b, ""}));
  }
  // Interfaces by name, where numbers do not follow from the order.
  void link(const std::string& a, uint32_t a_number, const std::string& b, uint32_t b_number);

  Topology take() { return std::move(topology_); }

 private:
  void node(const std::string& name, NodeKind kind, double column, double row);
  static Link link_of(LinkEnd a, LinkEnd b);

  Topology topology_;
};

// "h", 3 → "h3".
std::string numbered(const char* letter, uint64_t number);

// The column in the middle above columns 0 … count - 1.
inline double middle(uint64_t count) { return (static_cast<double>(count) - 1) / 2; }

// Position `i` of `count` on a circle big enough that neighbours stand kSpacing apart, in steps of kSpacing.
Position on_circle(uint64_t i, uint64_t count);

// ---- the builders, one file a family

Topology minimal();
Topology single(uint64_t k);
Topology reversed(uint64_t k);
Topology linear(uint64_t k, uint64_t n);
Topology tree(uint64_t depth, uint64_t fanout);
Topology torus(uint64_t x, uint64_t y, uint64_t n);

Topology ring(uint64_t n);
Topology mesh(uint64_t n);
Topology star(uint64_t n);
Topology random(uint64_t switches, uint64_t degree, uint64_t hosts, uint64_t seed);

Topology leafspine(uint64_t spines, uint64_t leaves, uint64_t hosts_per_leaf);
Topology fattree(uint64_t k);

}  // namespace flowbed::build
