// The tree: its names, link order and port numbers are Mininet 2.3.0's (observed).
#include "core/topo/builders_internal.hh"

namespace flowbed::build {
namespace {

// Nodes are numbered depth first. A switch's ports down are 1 … fanout, and its port up comes after them.
class TreeBuilder {
 public:
  TreeBuilder(uint64_t depth, uint64_t fanout)
      : fanout_(fanout), draft_("tree," + std::to_string(depth) + "," + std::to_string(fanout)) {
    for (uint64_t d = 0; d < depth; d++) leaves_ *= fanout;
    plan_switch(depth, 0, 0, leaves_);
  }

  Topology take() {
    for (const Placed& host : hosts_) draft_.host(host.name, host.column, host.row);
    for (const Placed& s : switches_) draft_.switch_at(s.name, s.column, s.row);
    for (const Edge& e : edges_) draft_.link(e.parent, e.port, e.child, e.child_is_host ? 0 : up_port());
    return draft_.take();
  }

 private:
  struct Placed {
    std::string name;
    double column, row;
  };
  struct Edge {
    std::string parent;
    uint32_t port;
    std::string child;
    bool child_is_host;
  };

  uint32_t up_port() const { return static_cast<uint32_t>(fanout_ + 1); }

  // Plans what hangs below leaf columns first … first + width; returns the name of its top. Edges of one
  // parent stand together, before those of its children.
  std::string plan_switch(uint64_t depth, uint64_t row, uint64_t first, uint64_t width) {
    const std::string name = numbered("s", switches_.size() + 1);
    const double column = static_cast<double>(first) + middle(width);
    switches_.push_back({name, column, static_cast<double>(row)});
    const size_t first_edge = edges_.size();
    edges_.resize(first_edge + fanout_);
    for (uint64_t c = 0; c < fanout_; c++) {
      const uint64_t share = width / fanout_;
      const bool is_host = depth == 1;
      const std::string child =
          is_host ? plan_host(row + 1) : plan_switch(depth - 1, row + 1, first + c * share, share);
      edges_[first_edge + c] = {name, static_cast<uint32_t>(c + 1), child, is_host};
    }
    return name;
  }

  std::string plan_host(uint64_t row) {
    hosts_.push_back(
        {numbered("h", hosts_.size() + 1), static_cast<double>(hosts_.size()), static_cast<double>(row)});
    return hosts_.back().name;
  }

  const uint64_t fanout_;
  uint64_t leaves_ = 1;
  std::vector<Placed> hosts_, switches_;
  std::vector<Edge> edges_;
  Draft draft_;
};

}  // namespace

Topology tree(uint64_t depth, uint64_t fanout) { return TreeBuilder(depth, fanout).take(); }

}  // namespace flowbed::build
