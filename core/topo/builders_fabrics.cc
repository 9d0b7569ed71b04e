// The networks of data centres: leaf-spine and fat tree. Switches are named after their level; their dpids
// count all switches of the network, since the numbers in their names repeat.
#include "core/base/error.hh"
#include "core/topo/builders_internal.hh"

namespace flowbed::build {

Topology leafspine(uint64_t spines, uint64_t leaves, uint64_t hosts_per_leaf) {
  Draft draft("leafspine," + std::to_string(spines) + "," + std::to_string(leaves) + "," +
              std::to_string(hosts_per_leaf));
  const auto pitch = static_cast<double>(std::max<uint64_t>(hosts_per_leaf, 1));
  const double width = pitch * static_cast<double>(leaves);
  for (uint64_t h = 0; h < leaves * hosts_per_leaf; h++)
    draft.host(numbered("h", h + 1), static_cast<double>(h), 3);
  for (uint64_t s = 0; s < spines; s++) {
    const double column = (static_cast<double>(s) + 0.5) * width / static_cast<double>(spines) - 0.5;
    draft.switch_at(numbered("spine", s + 1), column, 0, s + 1);
  }
  for (uint64_t l = 0; l < leaves; l++) {
    const double column = (static_cast<double>(l) + 0.5) * pitch - 0.5;
    draft.switch_at(numbered("leaf", l + 1), column, 2, spines + l + 1);
  }
  for (uint64_t h = 0; h < leaves * hosts_per_leaf; h++) {
    draft.link(numbered("h", h + 1), numbered("leaf", h / hosts_per_leaf + 1));
  }
  for (uint64_t l = 1; l <= leaves; l++) {
    for (uint64_t s = 1; s <= spines; s++) draft.link(numbered("leaf", l), numbered("spine", s));
  }
  return draft.take();
}

namespace {

// Al-Fares, Loukissas, Vahdat (SIGCOMM 2008): k pods of k/2 edge and k/2 aggregation switches, (k/2)² core
// switches, k/2 hosts at each edge switch. The i-th aggregation switch of every pod is linked to the i-th k/2
// of the core.
class FatTreeBuilder {
 public:
  explicit FatTreeBuilder(uint64_t k) : k_(k), half_(k / 2), draft_("fattree," + std::to_string(k)) {}

  Topology take() {
    add_nodes();
    for (uint64_t h = 0; h < k_ * half_ * half_; h++) {
      draft_.link(numbered("h", h + 1), in_pod("edge", h / (half_ * half_) + 1, h / half_ % half_ + 1));
    }
    for (uint64_t pod = 1; pod <= k_; pod++) {
      for_each_pair(
          [&](uint64_t e, uint64_t a) { draft_.link(in_pod("edge", pod, e), in_pod("agg", pod, a)); });
    }
    for (uint64_t pod = 1; pod <= k_; pod++) {
      for_each_pair([&](uint64_t a, uint64_t c) {
        draft_.link(in_pod("agg", pod, a), numbered("core", (a - 1) * half_ + c));
      });
    }
    return draft_.take();
  }

 private:
  void add_nodes() {
    const double width = static_cast<double>(k_ * half_ * half_);
    const auto spread = [width](uint64_t i, uint64_t count) {
      return (static_cast<double>(i) + 0.5) * width / static_cast<double>(count) - 0.5;
    };
    const uint64_t in_level = k_ * half_;
    for (uint64_t h = 0; h < in_level * half_; h++)
      draft_.host(numbered("h", h + 1), static_cast<double>(h), 6);
    for (uint64_t c = 0; c < half_ * half_; c++) {
      draft_.switch_at(numbered("core", c + 1), spread(c, half_ * half_), 0, ++dpid_);
    }
    for (uint64_t i = 0; i < in_level; i++) {
      draft_.switch_at(in_pod("agg", i / half_ + 1, i % half_ + 1), spread(i, in_level), 2, ++dpid_);
    }
    for (uint64_t i = 0; i < in_level; i++) {
      draft_.switch_at(in_pod("edge", i / half_ + 1, i % half_ + 1), spread(i, in_level), 4, ++dpid_);
    }
  }

  template <class Action>
  void for_each_pair(Action action) {
    for (uint64_t i = 1; i <= half_; i++) {
      for (uint64_t j = 1; j <= half_; j++) action(i, j);
    }
  }

  static std::string in_pod(const char* level, uint64_t pod, uint64_t i) {
    return numbered(level, pod) + numbered("x", i);
  }

  const uint64_t k_, half_;
  uint64_t dpid_ = 0;
  Draft draft_;
};

}  // namespace

Topology fattree(uint64_t k) {
  if (k % 2 != 0) throw Error("fattree: k (ports of each switch) must be an even number, e.g. 4");
  return FatTreeBuilder(k).take();
}

}  // namespace flowbed::build
