#include "core/engine/neighbour_room.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/topo/builders.hh"
#include "tests/core/engine/fake_kernel.hh"

namespace flowbed {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Four hosts that all talk need twelve entries.
class NeighbourRoomTest : public testing::Test {
 protected:
  FakeKernel kernel;
  Inventory made;

  void make(NeighbourRoom& room, int hosts) {
    for (int n = 1; n <= hosts; n++) {
      const std::string name = "h" + std::to_string(n);
      made.nodes[name].interfaces[name + "-eth0"].ifindex = 1000 + n;
      made.nodes[""].interfaces["s1-eth" + std::to_string(n)].ifindex = 2000 + n;
    }
    room.make_for(complete(build_topology("single," + std::to_string(hosts))));
    room.share(kernel, made);
  }
};

TEST_F(NeighbourRoomTest, HostsThatAllFindRoomRememberAsTheyLike) {
  NeighbourRoom room(false, {24, 24});
  make(room, 4);
  EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(NeighbourRoomTest, HostsThatShareTooLittleForgetSoon) {
  NeighbourRoom room(false, {23, 23});
  make(room, 4);
  EXPECT_THAT(kernel.calls,
              ElementsAre("forget_neighbours_soon h1 h1-eth0", "forget_neighbours_soon h2 h2-eth0",
                          "forget_neighbours_soon h3 h3-eth0", "forget_neighbours_soon h4 h4-eth0"));
}

TEST_F(NeighbourRoomTest, ANetworkThatGrowsBeyondItsRoomTellsAllOfItsHostsOnce) {
  NeighbourRoom room(false, {24, 24});
  make(room, 4);
  make(room, 5);
  EXPECT_EQ(kernel.calls.size(), 5);
  make(room, 6);
  EXPECT_EQ(kernel.calls.size(), 6);
}

TEST_F(NeighbourRoomTest, AKernelThatRefusesDoesNoHarm) {
  NeighbourRoom room(false, {2, 2});
  kernel.fail_at = 0;
  make(room, 2);
  EXPECT_THAT(kernel.calls, ElementsAre("forget_neighbours_soon h2 h2-eth0"));
}

}  // namespace
}  // namespace flowbed
