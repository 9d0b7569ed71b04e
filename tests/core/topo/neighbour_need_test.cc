#include "core/topo/neighbour_need.hh"

#include <gtest/gtest.h>

#include "core/topo/builders.hh"

namespace flowbed {
namespace {

NeighbourNeed need_of(Topology topology) { return neighbours_needed(complete(topology)); }

TEST(NeighbourNeed, EverybodyKnowsEverybodyOfHisNetwork) {
  EXPECT_EQ(need_of(build_topology("single,64")), (NeighbourNeed{64 * 63, 0}));
  EXPECT_EQ(need_of(Topology{}), NeighbourNeed{});
}

TEST(NeighbourNeed, FamiliesHaveATableEach) {
  Topology topology = build_topology("single,3");
  topology.options.ipv6 = true;
  EXPECT_EQ(need_of(topology), (NeighbourNeed{6, 6}));
}

TEST(NeighbourNeed, NetworksAreApart) {
  Topology topology = build_topology("single,4");
  Interface elsewhere;
  elsewhere.name = "h1-eth0";
  elsewhere.addresses = {*IpPrefix::parse("192.168.0.1/24")};
  topology.nodes[0].interfaces = {elsewhere};
  EXPECT_EQ(need_of(topology), (NeighbourNeed{6, 0}));
}

TEST(NeighbourNeed, StaticNeighboursDoNotCount) {
  Topology topology = build_topology("single,64");
  topology.options.static_arp = true;
  EXPECT_EQ(need_of(topology), NeighbourNeed{});
}

}  // namespace
}  // namespace flowbed
