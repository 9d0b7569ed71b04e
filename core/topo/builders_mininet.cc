// The builders that Mininet users know, with its names, link order and port numbers (observed on
// Mininet 2.3.0).
#include "core/topo/builders_internal.hh"

namespace flowbed::build {
namespace {

// What comes after `i` among 1 … count, going round.
uint64_t after(uint64_t i, uint64_t count) { return i % count + 1; }

double middle(uint64_t count) { return (static_cast<double>(count) - 1) / 2; }

}  // namespace

namespace {

Topology one_switch(const std::string& title, uint64_t k) {
  Draft draft(title);
  for (uint64_t i = 1; i <= k; i++) draft.host(numbered("h", i), static_cast<double>(i - 1), 1);
  draft.switch_at("s1", middle(k), 0);
  for (uint64_t i = 1; i <= k; i++) draft.link(numbered("h", i), "s1");
  return draft.take();
}

}  // namespace

Topology minimal() { return one_switch("minimal", 2); }

Topology single(uint64_t k) { return one_switch("single," + std::to_string(k), k); }

Topology reversed(uint64_t k) {
  Draft draft("reversed," + std::to_string(k));
  for (uint64_t i = 1; i <= k; i++) draft.host(numbered("h", i), static_cast<double>(i - 1), 1);
  draft.switch_at("s1", middle(k), 0);
  for (uint64_t i = 1; i <= k; i++) draft.link(numbered("h", i), 0, "s1", static_cast<uint32_t>(k + 1 - i));
  return draft.take();
}

// A row of k switches with n hosts at each; a host is named after its switch too if there are several.
Topology linear(uint64_t k, uint64_t n) {
  Draft draft("linear," + std::to_string(k) + "," + std::to_string(n));
  const auto host_name = [n](uint64_t host, uint64_t at) {
    return n == 1 ? numbered("h", at) : numbered("h", host) + numbered("s", at);
  };
  for (uint64_t h = 1; h <= n; h++) {
    for (uint64_t s = 1; s <= k; s++) {
      draft.host(host_name(h, s), static_cast<double>((s - 1) * n + h - 1), 1);
    }
  }
  for (uint64_t s = 1; s <= k; s++) {
    draft.switch_at(numbered("s", s), static_cast<double>((s - 1) * n) + middle(n), 0);
  }
  for (uint64_t h = 1; h <= n; h++) {
    for (uint64_t s = 1; s <= k; s++) draft.link(host_name(h, s), numbered("s", s));
  }
  for (uint64_t s = 2; s <= k; s++) draft.link(numbered("s", s), numbered("s", s - 1));
  return draft.take();
}

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

namespace {

// A grid whose rows and columns are rings. Hosts have the first ports; then, walking the grid, the switch to
// the right and the one below get one each. But the links are listed by the names of their switches.
class TorusBuilder {
 public:
  TorusBuilder(uint64_t x, uint64_t y, uint64_t n)
      : x_(x),
        y_(y),
        n_(n),
        ports_(x * y, 0),
        draft_("torus," + std::to_string(x) + "," + std::to_string(y) + "," + std::to_string(n)) {}

  Topology take() {
    add_nodes();
    for_each_place([this](uint64_t i, uint64_t j) {
      for (uint64_t h = 1; h <= n_; h++) draft_.link(host(i, j, h), 0, switch_name(i, j), next_port(i, j));
    });
    for_each_place([this](uint64_t i, uint64_t j) {
      right_.push_back(count_ports(i, j, i, after(j, y_)));
      below_.push_back(count_ports(i, j, after(i, x_), j));
    });
    for_each_place([this](uint64_t i, uint64_t j) { add_links(i, j); });
    return draft_.take();
  }

 private:
  struct Ports {
    uint32_t here, there;
  };

  template <class Action>
  void for_each_place(Action action) {
    for (uint64_t i = 1; i <= x_; i++) {
      for (uint64_t j = 1; j <= y_; j++) action(i, j);
    }
  }

  void add_nodes() {
    for_each_place([this](uint64_t i, uint64_t j) {
      for (uint64_t h = 1; h <= n_; h++) {
        draft_.host(host(i, j, h), static_cast<double>(2 * j) + 0.5,
                    static_cast<double>(2 * i) + 0.5 * static_cast<double>(h));
      }
    });
    for_each_place([this](uint64_t i, uint64_t j) {
      draft_.switch_at(switch_name(i, j), static_cast<double>(2 * j), static_cast<double>(2 * i), i << 8 | j);
    });
  }

  // Both neighbours' links in the order of the neighbours' names.
  void add_links(uint64_t i, uint64_t j) {
    const uint64_t right = after(j, y_), down = after(i, x_);
    const Ports to_right = right_[(i - 1) * y_ + j - 1], to_below = below_[(i - 1) * y_ + j - 1];
    const bool below_first = down < i;
    if (below_first) draft_.link(switch_name(i, j), to_below.here, switch_name(down, j), to_below.there);
    draft_.link(switch_name(i, j), to_right.here, switch_name(i, right), to_right.there);
    if (!below_first) draft_.link(switch_name(i, j), to_below.here, switch_name(down, j), to_below.there);
  }

  Ports count_ports(uint64_t i, uint64_t j, uint64_t other_i, uint64_t other_j) {
    const uint32_t here = next_port(i, j);
    return {here, next_port(other_i, other_j)};
  }

  uint32_t next_port(uint64_t i, uint64_t j) { return ++ports_[(i - 1) * y_ + j - 1]; }

  static std::string switch_name(uint64_t i, uint64_t j) { return numbered("s", i) + numbered("x", j); }

  std::string host(uint64_t i, uint64_t j, uint64_t h) const {
    const std::string name = numbered("h", i) + numbered("x", j);
    return n_ == 1 ? name : name + numbered("x", h);
  }

  const uint64_t x_, y_, n_;
  std::vector<uint32_t> ports_;  // by place: the last port given out
  std::vector<Ports> right_, below_;
  Draft draft_;
};

}  // namespace

Topology torus(uint64_t x, uint64_t y, uint64_t n) { return TorusBuilder(x, y, n).take(); }

}  // namespace flowbed::build
