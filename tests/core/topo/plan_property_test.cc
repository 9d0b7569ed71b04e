// Properties that any two networks have: whatever exists becomes what is wanted, from wherever an apply has
// stopped, and no step on the way is one that a kernel would refuse or answer with more than was asked for.
#include <algorithm>

#include <gtest/gtest.h>

#include "core/topo/edit.hh"
#include "core/topo/plan.hh"
#include "tests/core/topo/strict_kernel.hh"
#include "tests/core/topo/topologies.hh"

namespace flowbed {
namespace {

using test::StrictKernel;

const Capabilities kAll{.ipv6 = true, .qdiscs = {.netem = true, .takes_seed = true}};

// Applies up to `steps` steps of what leads to `wanted`; every one must be taken by the kernel.
StrictKernel after(StrictKernel kernel, const Topology& wanted, size_t steps = SIZE_MAX) {
  kernel.settle();
  const Plan plan = make_plan(kernel.inventory(), wanted, kAll);
  for (size_t i = 0; i < plan.size() && i < steps; i++) EXPECT_EQ(kernel.apply(plan[i]), "");
  return kernel;
}

class PlanProperty : public testing::TestWithParam<uint64_t> {
 protected:
  void SetUp() override { RecordProperty("seed", static_cast<int>(GetParam())); }

  Topology network() {
    const Topology t = test::random_network(random_);
    EXPECT_EQ(to_string(validate(t)), "");
    return complete(t);
  }

  uint64_t below(uint64_t bound) { return random_() % bound; }

  // A few changes to a network, as a person at the shell or in the editor makes them.
  Topology edited(Topology t) {
    for (uint64_t i = below(4) + 1; i > 0; i--) t = edited_once(std::move(t));
    return t;
  }

  Topology edited_once(Topology t) {
    if (t.links.empty()) return t;
    Link& link = t.links[below(t.links.size())];
    Node& node = *t.find(link.a.node);
    Interface& interface = node.interfaces[below(node.interfaces.size())];
    switch (below(12)) {
      case 0:
        return set_link_up(t, link.a.interface, link.b.interface, !link.up);
      case 1:
        return remove_link(t, link.a.interface, link.b.interface);
      case 2:
        return remove_node(t, node.name);
      case 3:
        interface.mac = MacAddress::from_uint64(0x020000000000 + below(1000));
        break;
      case 4:
        interface.mtu = 1300 + static_cast<uint32_t>(below(100));
        break;
      case 5:
        std::reverse(interface.addresses.begin(), interface.addresses.end());
        break;
      case 6:
        std::swap(link.a, t.links[below(t.links.size())].a);
        break;
      case 7:
        node.kind = node.kind == NodeKind::host ? NodeKind::router : node.kind;
        break;
      case 8:
        std::swap(t.nodes[0], t.nodes[below(t.nodes.size())]);
        break;
      case 9:
      case 10: {
        const bool was_plain = link.is_plain();
        link.shape = {};
        if (was_plain) link.shape.delay = Duration(below(3));
        break;
      }
      default:
        t.options.static_arp = !t.options.static_arp;
        break;
    }
    return validate(t).empty() ? complete(t) : edited_once(complete_before_);
  }

  void expect_becomes(const StrictKernel& kernel, const Topology& wanted) {
    const Inventory fresh = after({}, wanted).inventory();
    EXPECT_EQ(after(kernel, wanted).inventory(), fresh);
    EXPECT_TRUE(make_plan(fresh, wanted, kAll).empty());
  }

  std::mt19937_64 random_{GetParam()};
  Topology complete_before_;
};

TEST_P(PlanProperty, AnyNetworkBecomesAnyOther) {
  for (int round = 0; round < 40 && !HasFailure(); round++) {
    const Topology a = network(), b = network();
    expect_becomes(after({}, a), b);
    EXPECT_EQ(after(after({}, a), Topology{}).inventory(), Inventory{});
  }
}

TEST_P(PlanProperty, AnEditedNetworkBecomesWhatItWouldBeFromNothing) {
  for (int round = 0; round < 40 && !HasFailure(); round++) {
    complete_before_ = network();
    expect_becomes(after({}, complete_before_), edited(complete_before_));
  }
}

TEST_P(PlanProperty, AHalfFailedApplyIsRepairedByTheNext) {
  for (int round = 0; round < 4 && !HasFailure(); round++) {
    complete_before_ = network();
    const Topology b = round % 2 == 0 ? network() : edited(complete_before_);
    const StrictKernel start = after({}, complete_before_);
    const size_t length = make_plan(start.inventory(), b, kAll).size();
    for (size_t steps = 0; steps <= length; steps++) expect_becomes(after(start, b, steps), b);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PlanProperty, testing::Range<uint64_t>(1, 13));

}  // namespace
}  // namespace flowbed
