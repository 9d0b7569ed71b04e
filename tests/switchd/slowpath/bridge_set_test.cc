#include "switchd/slowpath/bridge_set.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "tests/switchd/slowpath/bridges.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class BridgeSetTest : public testing::Test {
 protected:
  BridgeSet::Change put(const BridgeBuilder& bridge) { return bridges_.put(bridge.config(), all_links_up); }
  BridgePort* port(int bridge, int number) { return bridges_.port(port_index(bridge, number)); }
  std::string fault(const BridgeBuilder& bridge) {
    try {
      put(bridge);
    } catch (const Error& error) {
      return error.what();
    }
    return "no fault";
  }

  BridgeSet bridges_;
};

TEST_F(BridgeSetTest, PutAddsPorts) {
  EXPECT_THAT(put(BridgeBuilder(1).ports(1, 3)).added, SizeIs(3));
  ASSERT_NE(port(1, 2), nullptr);
  EXPECT_TRUE(port(1, 2)->link.up);
  EXPECT_EQ(bridges_.port(port(1, 2)->number), port(1, 2));
  EXPECT_EQ(port(1, 2)->bridge, bridges_.find("s1"));
}

TEST_F(BridgeSetTest, PutAgainKeepsPortsThatStay) {
  put(BridgeBuilder(1).ports(1, 3));
  const BridgePort* kept = port(1, 2);
  const PortNo gone = port(1, 3)->number;
  const auto change = put(BridgeBuilder(1).ports(1, 2).port(4));
  EXPECT_THAT(change.removed, ElementsAre(gone));
  EXPECT_THAT(change.added, SizeIs(1));
  EXPECT_EQ(port(1, 2), kept);
  EXPECT_EQ(port(1, 3), nullptr);
}

TEST_F(BridgeSetTest, LinkNeedsBothEndsInAnyOrder) {
  put(BridgeBuilder(1).port(1).link(2, 2, 1));
  EXPECT_EQ(port(1, 2)->peer, nullptr);
  put(BridgeBuilder(2).link(1, 1, 2));
  EXPECT_EQ(port(1, 2)->peer, port(2, 1));
  EXPECT_EQ(port(2, 1)->peer, port(1, 2));
  EXPECT_TRUE(bridges_.has_links());
  put(BridgeBuilder(2).port(1));
  EXPECT_EQ(port(1, 2)->peer, nullptr);
  EXPECT_FALSE(bridges_.has_links());
}

TEST_F(BridgeSetTest, RemovingABridgeCutsItsLinks) {
  put(BridgeBuilder(1).link(1, 2, 1));
  put(BridgeBuilder(2).link(1, 1, 1));
  EXPECT_THAT(bridges_.remove("s2").removed, SizeIs(1));
  EXPECT_EQ(port(1, 1)->peer, nullptr);
  EXPECT_THROW(bridges_.remove("s2"), Error);
}

TEST_F(BridgeSetTest, ChangedVlanForgetsAddressesOfThePort) {
  put(BridgeBuilder(1).port(1, access_vlan(5)).port(2));
  bridges_.find("s1")->macs.learn(MacKey{1}, port(1, 1)->number, {});
  bridges_.find("s1")->macs.learn(MacKey{2}, port(1, 2)->number, {});
  put(BridgeBuilder(1).port(1, access_vlan(6)).port(2));
  EXPECT_EQ(bridges_.find("s1")->macs.size(), 1u);
}

TEST_F(BridgeSetTest, NamesTheFaultAndChangesNothing) {
  put(BridgeBuilder(1).ports(1, 2));
  EXPECT_THAT(fault(BridgeBuilder(1).port(1).port(1)), HasSubstr("switch s1: port number 1 is used twice"));
  EXPECT_THAT(fault(BridgeBuilder(1).port(1, access_vlan(4095))), HasSubstr("vlan 4095"));
  EXPECT_THAT(fault(BridgeBuilder(1).port(1).mirror({1}, true, true, 9)), HasSubstr("s1-eth9"));
  BridgeBuilder thief(2);
  BridgeConfig config = thief.port(1).config();
  config.ports[0].ifindex = port_index(1, 1);
  EXPECT_THROW(bridges_.put(config, all_links_up), Error);
  EXPECT_EQ(bridges_.find("s2"), nullptr);
  EXPECT_NE(port(1, 2), nullptr);
}

TEST_F(BridgeSetTest, InterfaceMayComeBackWithAnotherIndex) {
  put(BridgeBuilder(1).port(1).link(2, 2, 1));
  put(BridgeBuilder(2).link(1, 1, 2));
  BridgeConfig config = BridgeBuilder(1).port(1).link(2, 2, 1).config();
  config.ports[1].ifindex = IfIndex{7777};
  const auto change = bridges_.put(config, all_links_up);
  EXPECT_THAT(change.removed, SizeIs(1));
  EXPECT_EQ(port(2, 1)->peer, bridges_.port(IfIndex{7777}));
}

}  // namespace
}  // namespace flowbed::sw
