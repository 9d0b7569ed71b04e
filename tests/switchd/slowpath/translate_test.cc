#include "switchd/slowpath/translate.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/flow/match_format.hh"
#include "tests/switchd/slowpath/bridges.hh"

namespace flowbed::sw {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class TranslateTest : public testing::Test {
 protected:
  void put(const BridgeBuilder& bridge) {
    bridges_.put(bridge.config(), all_links_up);
    make_normal_switch(*bridges_.find(bridge.config().name));
  }
  BridgePort& port(int bridge, int number) { return *bridges_.port(port_index(bridge, number)); }
  Bridge& bridge(int number) { return *bridges_.find("s" + std::to_string(number)); }
  void learn(int bridge_number, int port_number, std::string_view mac, uint16_t vlan = 0) {
    const auto address = MacAddress::parse(mac);
    bridge(bridge_number)
        .macs.learn(mac_key(vlan, address->bytes.data()), port(bridge_number, port_number).number, {});
  }

  // Translates a packet that comes in at a port; gives the actions as text.
  std::string send(int bridge, int in, std::string_view src, std::string_view dst, VlanTag vlan = {}) {
    key_ = key_between(port(bridge, in).number, src, dst, vlan);
    steps_.clear();
    result_ =
        translate(bridges_, interruptions_, key_, [this](const Bridge& at, int, const std::string& text) {
          steps_.push_back(at.config.name + " " + text);
        });
    return format_actions(result_.actions, [this](PortNo p) { return bridges_.port(p)->config.name; });
  }
  std::string looked_at() const { return format_mask(key_, result_.mask); }
  std::vector<std::string> learned() const {
    std::vector<std::string> all;
    for (const Learning& l : result_.learnings)
      all.push_back(l.port->config.name + " " + std::to_string(l.vlan));
    return all;
  }
  std::vector<std::string> credited(Credit::Kind kind) const {
    std::vector<std::string> all;
    for (const Credit& c : result_.credits) {
      if (c.kind == kind) all.push_back(c.port->config.name);
    }
    return all;
  }

  BridgeSet bridges_;
  Interruptions interruptions_;
  FlowKey key_;
  Translation result_;
  std::vector<std::string> steps_;
};

TEST_F(TranslateTest, UnknownDestinationIsFlooded) {
  put(BridgeBuilder(1).ports(1, 4));
  EXPECT_EQ(send(1, 2, kMac1, kMac2), "output(s1-eth1),output(s1-eth3),output(s1-eth4)");
  EXPECT_EQ(looked_at(), "in_port,eth_src,eth_dst,vlan");
  EXPECT_THAT(learned(), ElementsAre("s1-eth2 0"));
  EXPECT_THAT(result_.depends, SizeIs(4)) << "on the rule, what else the table may get, and both addresses";
}

TEST_F(TranslateTest, KnownDestinationGetsIt) {
  put(BridgeBuilder(1).ports(1, 4));
  learn(1, 3, kMac2);
  EXPECT_EQ(send(1, 1, kMac1, kMac2), "output(s1-eth3)");
}

TEST_F(TranslateTest, DestinationAtTheInPortIsDropped) {
  put(BridgeBuilder(1).ports(1, 4));
  learn(1, 1, kMac2);
  EXPECT_EQ(send(1, 1, kMac1, kMac2), "drop");
}

TEST_F(TranslateTest, BroadcastDependsOnNoDestination) {
  put(BridgeBuilder(1).ports(1, 3));
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "output(s1-eth2),output(s1-eth3)");
  EXPECT_THAT(result_.depends, SizeIs(3));
}

TEST_F(TranslateTest, MulticastSourceIsNotLearned) {
  put(BridgeBuilder(1).ports(1, 2));
  send(1, 1, "01:00:00:00:00:01", kMac2);
  EXPECT_THAT(learned(), IsEmpty());
}

TEST_F(TranslateTest, LinkLocalAddressesAreNotForwarded) {
  put(BridgeBuilder(1).ports(1, 2));
  EXPECT_EQ(send(1, 1, kMac1, "01:80:c2:00:00:0e"), "drop");
  EXPECT_EQ(looked_at(), "in_port,eth_dst");
  EXPECT_NE(send(1, 1, kMac1, "01:80:c2:00:00:10"), "drop");
}

TEST_F(TranslateTest, StoppedBridgeAndDownPortDropByInPortAlone) {
  put(BridgeBuilder(1).ports(1, 2));
  bridge(1).running = false;
  EXPECT_EQ(send(1, 1, kMac1, kMac2), "drop");
  EXPECT_EQ(looked_at(), "in_port");
  bridge(1).running = true;
  port(1, 1).link.up = false;
  EXPECT_EQ(send(1, 1, kMac1, kMac2), "drop");
  EXPECT_THAT(credited(Credit::Kind::kRxDropped), ElementsAre("s1-eth1"));
}

TEST_F(TranslateTest, NothingLeavesByAPortThatIsDown) {
  put(BridgeBuilder(1).ports(1, 3));
  port(1, 2).link.up = false;
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "output(s1-eth3)");
  learn(1, 2, kMac2);
  EXPECT_EQ(send(1, 1, kMac1, kMac2), "drop");
  EXPECT_THAT(credited(Credit::Kind::kTxDropped), ElementsAre("s1-eth2"));
}

TEST_F(TranslateTest, AccessPortsTalkWithinTheirVlan) {
  put(BridgeBuilder(1)
          .port(1, access_vlan(10))
          .port(2, access_vlan(10))
          .port(3, access_vlan(20))
          .port(4, trunk({10, 20})));
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "output(s1-eth2),push_vlan(10),output(s1-eth4)");
  EXPECT_EQ(send(1, 3, kMac1, kBroadcast), "push_vlan(20),output(s1-eth4)");
  EXPECT_EQ(send(1, 4, kMac1, kBroadcast, vlan_tag(10)), "pop_vlan,output(s1-eth1),output(s1-eth2)");
  EXPECT_EQ(send(1, 4, kMac1, kBroadcast), "drop");
  EXPECT_EQ(looked_at(), "in_port,eth_dst,vlan");
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast, vlan_tag(10)), "drop");
}

TEST_F(TranslateTest, TrunkToTrunkLooksAtNoPriority) {
  put(BridgeBuilder(1).port(1, trunk({10})).port(2, trunk({10})));
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast, vlan_tag(10, 6)), "output(s1-eth2)");
  EXPECT_EQ(vlan_of(result_.mask).tci, 0x0fff);
}

TEST_F(TranslateTest, PriorityThatIsCarriedOverIsLookedAt) {
  put(BridgeBuilder(1).port(1, access_vlan(10)).port(2, trunk({10})));
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast, vlan_tag(0, 6)), "pop_vlan,push_vlan(10),output(s1-eth2)");
  EXPECT_EQ(vlan_of(result_.mask).tci, 0xffff);
}

TEST_F(TranslateTest, MirrorCopiesBothDirectionsOnce) {
  put(BridgeBuilder(1).ports(1, 4).mirror({1, 2}, true, true, 4));
  learn(1, 2, kMac2);
  EXPECT_EQ(send(1, 1, kMac1, kMac2), "output(s1-eth2),output(s1-eth4)");
  EXPECT_EQ(send(1, 3, "00:00:00:00:00:03", kMac2), "output(s1-eth2),output(s1-eth4)");
  learn(1, 3, "00:00:00:00:00:03");
  EXPECT_EQ(send(1, 2, kMac2, "00:00:00:00:00:03"), "output(s1-eth3),output(s1-eth4)");
}

TEST_F(TranslateTest, MirrorOfOneDirection) {
  put(BridgeBuilder(1).ports(1, 4).mirror({1}, false, true, 4));
  learn(1, 1, kMac1);
  EXPECT_EQ(send(1, 2, kMac2, kMac1), "output(s1-eth1),output(s1-eth4)");
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "output(s1-eth2),output(s1-eth3)");
}

TEST_F(TranslateTest, MirrorOutputCarriesCopiesOnly) {
  put(BridgeBuilder(1).ports(1, 3).mirror({1}, true, false, 3));
  EXPECT_EQ(send(1, 2, kMac2, kBroadcast), "output(s1-eth1)");
  EXPECT_EQ(send(1, 3, kMac2, kBroadcast), "drop");
}

TEST_F(TranslateTest, MirrorShowsThePacketAsItWasThere) {
  put(BridgeBuilder(1).port(1, access_vlan(10)).port(2, trunk({10})).port(3).mirror({2}, true, true, 3));
  learn(1, 2, kMac2, 10);
  EXPECT_EQ(send(1, 1, kMac1, kMac2), "push_vlan(10),output(s1-eth2),output(s1-eth3)");
  learn(1, 1, kMac1, 10);
  EXPECT_EQ(send(1, 2, kMac2, kMac1, vlan_tag(10)), "output(s1-eth3),pop_vlan,output(s1-eth1)");
}

class ChainTest : public TranslateTest {
 protected:
  // h1 at s1-eth1; s1-eth2 = s2-eth1; s2-eth2 = s3-eth1; h2 at s3-eth2; another host at s2-eth3.
  void SetUp() override {
    put(BridgeBuilder(1).port(1).link(2, 2, 1));
    put(BridgeBuilder(2).link(1, 1, 2).link(2, 3, 1).port(3));
    put(BridgeBuilder(3).link(1, 2, 2).port(2));
  }
};

TEST_F(ChainTest, FloodCrossesAllBridgesAtOnce) {
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "output(s2-eth3),output(s3-eth2)");
  EXPECT_THAT(learned(), ElementsAre("s1-eth1 0", "s2-eth1 0", "s3-eth1 0"));
  EXPECT_THAT(credited(Credit::Kind::kTx), UnorderedElementsAre("s1-eth2", "s2-eth2"));
  EXPECT_THAT(credited(Credit::Kind::kRx), UnorderedElementsAre("s2-eth1", "s3-eth1"));
  EXPECT_THAT(result_.way, SizeIs(3));
}

TEST_F(ChainTest, KnownDestinationIsOneOutput) {
  learn(1, 2, kMac2);
  learn(2, 2, kMac2);
  learn(3, 2, kMac2);
  EXPECT_EQ(send(1, 1, kMac1, kMac2), "output(s3-eth2)");
  EXPECT_THAT(result_.depends, SizeIs(3 * 4));
}

TEST_F(ChainTest, StoppedOrDownFartherOnStopsTheChain) {
  bridge(2).running = false;
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "drop");
  EXPECT_THAT(credited(Credit::Kind::kRxDropped), ElementsAre("s2-eth1"));
  bridge(2).running = true;
  port(3, 1).link.up = false;
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "output(s2-eth3)");
  port(1, 2).link.up = false;
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "drop");
}

TEST_F(ChainTest, CapturedLinkIsTakenTheLongWay) {
  port(2, 1).must_be_crossed = true;
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "output(s1-eth2)");
  EXPECT_THAT(learned(), ElementsAre("s1-eth1 0"));
  EXPECT_THAT(result_.credits, IsEmpty());
  EXPECT_EQ(send(2, 1, kMac1, kBroadcast), "output(s2-eth3),output(s3-eth2)");
}

TEST_F(ChainTest, ShapedLinkIsTakenTheLongWay) {
  port(1, 2).link.shaped = true;
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "output(s1-eth2)");
}

TEST_F(ChainTest, LinkWithASmallerMtuIsTakenTheLongWay) {
  port(2, 1).link.mtu = 1400;
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "output(s1-eth2)");
}

TEST_F(ChainTest, TagsOfTheLinkStayInTheChain) {
  put(BridgeBuilder(1).port(1, access_vlan(5)).link(2, 2, 1, trunk({5})));
  put(BridgeBuilder(2).link(1, 1, 2, trunk({5})).link(2, 3, 1, trunk({5})).port(3));
  put(BridgeBuilder(3).link(1, 2, 2, trunk({5})).port(2, access_vlan(5)));
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "output(s3-eth2),push_vlan(5),output(s2-eth3)");
  EXPECT_EQ(result_.credits[0].extra_bytes, 4);
}

// A tag that is taken off and put on again comes out without the priority that it came in with: not
// "unchanged".
TEST_F(ChainTest, TagThatIsPutOnAgainHidesNoPriority) {
  put(BridgeBuilder(1).port(1, trunk({5})).link(2, 2, 1, access_vlan(5)));
  put(BridgeBuilder(2).link(1, 1, 2, access_vlan(5)).port(3, trunk({5})));
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast, vlan_tag(5)), "output(s2-eth3)");
  EXPECT_EQ(vlan_of(result_.mask).tci, 0xffff);
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast, vlan_tag(5, 3)), "pop_vlan,push_vlan(5),output(s2-eth3)");
}

TEST_F(ChainTest, TwoVlansMayBeJoinedByACable) {
  put(BridgeBuilder(1)
          .port(1, access_vlan(5))
          .link(2, 1, 3, access_vlan(5))
          .link(3, 1, 2, access_vlan(6))
          .port(4, access_vlan(6)));
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "output(s1-eth4)");
  EXPECT_THAT(result_.loop, IsEmpty());
}

class LoopTest : public TranslateTest {
 protected:
  void SetUp() override {
    put(BridgeBuilder(1).port(1).link(2, 2, 1).link(3, 3, 2));
    put(BridgeBuilder(2).link(1, 1, 2).link(2, 3, 1).port(3));
    put(BridgeBuilder(3).link(1, 2, 2).link(2, 1, 3).port(3));
  }
};

TEST_F(LoopTest, IsNamedAndThePacketDropped) {
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "drop");
  EXPECT_EQ(result_.loop, "s1 – s2 – s3 – s1");
  EXPECT_THAT(learned(), IsEmpty());
  EXPECT_THAT(credited(Credit::Kind::kRxDropped), ElementsAre("s1-eth1"));
  EXPECT_THAT(steps_, Contains(HasSubstr("a loop: s1 – s2 – s3 – s1")));
}

TEST_F(LoopTest, IsNamedWithoutTheWayToIt) {
  put(BridgeBuilder(4).port(1).link(2, 1, 4));
  put(BridgeBuilder(1).port(1).link(2, 2, 1).link(3, 3, 2).link(4, 4, 2));
  send(4, 1, kMac1, kBroadcast);
  EXPECT_EQ(result_.loop, "s1 – s2 – s3 – s1");
}

TEST_F(LoopTest, IsNoticedBehindACapturedLink) {
  port(1, 2).must_be_crossed = true;
  send(1, 1, kMac1, kBroadcast);
  EXPECT_EQ(result_.loop, "s1 – s2 – s3 – s1");
}

TEST_F(LoopTest, IsNoticedBehindShapedLinks) {
  for (int bridge = 1; bridge <= 3; bridge++) port(bridge, 2).link.shaped = true;
  send(1, 1, kMac1, kBroadcast);
  EXPECT_EQ(result_.loop, "s1 – s2 – s3 – s1");
}

TEST_F(LoopTest, ParallelLinksAreOne) {
  put(BridgeBuilder(1).port(1).link(2, 2, 1).link(3, 2, 2));
  put(BridgeBuilder(2).link(1, 1, 2).link(2, 1, 3).port(3));
  send(1, 1, kMac1, kBroadcast);
  EXPECT_EQ(result_.loop, "s1 – s2 – s1");
}

TEST_F(LoopTest, IsNoneWhenALinkIsDown) {
  port(2, 2).link.up = false;
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "output(s2-eth3),output(s3-eth3)");
  EXPECT_THAT(result_.loop, IsEmpty());
}

TEST_F(TranslateTest, ManyBridgesInARowWork) {
  constexpr int kBridges = 1000;
  for (int i = 1; i <= kBridges; i++) {
    BridgeBuilder builder(i);
    builder.port(1);
    if (i > 1) builder.link(2, i - 1, 3);
    if (i < kBridges) builder.link(3, i + 1, 2);
    put(builder);
  }
  send(1, 1, kMac1, kBroadcast);
  EXPECT_THAT(result_.actions, SizeIs(kBridges - 1));
}

TEST_F(TranslateTest, BudgetEndsWhatIsTooLarge) {
  BridgeBuilder builder(1);
  builder.ports(1, static_cast<int>(kMaxDepartures) + 10);
  put(builder);
  EXPECT_EQ(send(1, 1, kMac1, kBroadcast), "drop");
  ASSERT_TRUE(result_.excess);
  EXPECT_EQ(result_.excess->cause, Excess::Cause::kDepartures);
  EXPECT_EQ(result_.excess->at, &bridge(1));
  EXPECT_THAT(describe(*result_.excess), HasSubstr("a packet at s1 would leave by more than 16384 ports"));
  EXPECT_THAT(steps_, Contains(HasSubstr("would leave by more than")));
}

}  // namespace
}  // namespace flowbed::sw
