// The torus: its names, link order and port numbers are Mininet 2.3.0's (observed).
#include "core/topo/builders_internal.hh"

namespace flowbed::build {
namespace {

// What comes after `i` among 1 … count, going round.
uint64_t after(uint64_t i, uint64_t count) { return i % count + 1; }

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
