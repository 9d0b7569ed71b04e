// Spanning tree between bridges of one slow path: BPDUs leave by the datapath and come in as upcalls, and
// what the trees decide is what the translation does.

#include "switchd/slowpath/spanning_trees.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/slow_path.hh"
#include "tests/switchd/slowpath/bridges.hh"
#include "tests/switchd/slowpath/fake_datapath.hh"

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class SpanningTreesTest : public testing::Test {
 protected:
  void put(const BridgeBuilder& bridge) { slow_path_.put_bridge(bridge.config(), all_links_up); }
  // A triangle with a host at port 1 of each; port 3 of s2 leads to s3.
  void put_triangle() {
    put(BridgeBuilder(1).spanning_tree().port(1).link(2, 2, 2).link(3, 3, 2));
    put(BridgeBuilder(2).spanning_tree().port(1).link(2, 1, 2).link(3, 3, 3));
    put(BridgeBuilder(3).spanning_tree().port(1).link(2, 1, 3).link(3, 2, 3));
    deliver();
  }
  // All frames that are under way, over the links, until none is.
  void deliver() {
    while (!datapath_.sent.empty()) {
      const auto [from, frame] = datapath_.sent.front();
      datapath_.sent.erase(datapath_.sent.begin());
      const BridgePort* port = slow_path_.bridges().port(from);
      if (port->peer && port->link.up && port->peer->link.up) upcall(port->peer->number, Bytes().add(frame));
    }
  }
  void upcall(PortNo in, const Bytes& bytes, VlanTag vlan = {}) {
    const Packet packet = packet_of(bytes, vlan);
    datapath_.upcall({extract_flow_key(packet, in), packet, now_});
  }
  void miss(int bridge, int in, std::string_view src, std::string_view dst) {
    upcall(port(bridge, in).number, ethernet(dst, src, 0x0800).zeros(46));
  }
  void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      slow_path_.tick_spanning_trees();
      deliver();
    }
  }
  void set_link(int bridge, int number, bool up) {
    slow_path_.link_changed(port_index(bridge, number), {.up = up, .mtu = 1500, .shaped = false});
  }
  const BridgePort& port(int bridge, int number) {
    return *slow_path_.bridges().port(port_index(bridge, number));
  }
  PortRole role(int bridge, int number) {
    return port(bridge, number).bridge->tree->port(static_cast<uint16_t>(number))->role;
  }
  std::vector<PortNo> outputs() {
    std::vector<PortNo> ports;
    for (const Action& action : datapath_.executed.back()) ports.push_back(action.port);
    return ports;
  }

  FakeDatapath datapath_;
  SlowPath slow_path_{datapath_};
  TimePoint now_{1h};
};

TEST_F(SpanningTreesTest, ATriangleSettlesAtOnceAndFloodsReachEachHostOnce) {
  put_triangle();
  EXPECT_THAT(ports_in_transition(slow_path_.bridges()), IsEmpty());
  EXPECT_EQ(role(3, 3), PortRole::kAlternate);
  miss(1, 1, kMac1, kBroadcast);
  EXPECT_THAT(outputs(), ElementsAre(port(2, 1).number, port(3, 1).number));
  miss(2, 1, kMac2, kBroadcast);
  EXPECT_THAT(outputs(), ElementsAre(port(1, 1).number, port(3, 1).number));
}

// Whatever rules say: packets neither leave nor come in where spanning tree closed a port.
TEST_F(SpanningTreesTest, RulesThatFloodReachEachHostOnceToo) {
  put_triangle();
  for (const auto& [name, bridge] : slow_path_.bridges().bridges())
    slow_path_.programs().apply(*bridge, parse_flow("priority=9,actions=flood", FlowMod::Command::kAdd),
                                now_);
  miss(1, 1, kMac1, kBroadcast);
  EXPECT_THAT(outputs(), ElementsAre(port(2, 1).number, port(3, 1).number));
  miss(3, 1, kMac2, kBroadcast);
  EXPECT_THAT(outputs(), ElementsAre(port(1, 1).number, port(2, 1).number));
}

TEST_F(SpanningTreesTest, TheOtherWayIsTakenAtOnceWhenALinkGoes) {
  put_triangle();
  miss(3, 1, kMac2, kBroadcast);
  miss(1, 1, kMac1, kMac2);
  ASSERT_THAT(outputs(), ElementsAre(port(3, 1).number));
  set_link(1, 3, false);
  set_link(3, 2, false);
  deliver();
  EXPECT_EQ(role(3, 3), PortRole::kRoot);
  EXPECT_TRUE(port(3, 3).forwarding);
  miss(3, 1, kMac2, kBroadcast);
  miss(1, 1, kMac1, kMac2);
  EXPECT_THAT(outputs(), ElementsAre(port(3, 1).number));
}

// What is sent in that moment is lost; were the other end open for it already, it would wait for an answer.
TEST_F(SpanningTreesTest, ALinkCountsWhenBothEndsCanSend) {
  const auto not_yet = [](IfIndex index) {
    return LinkFacts{.up = true, .mtu = 1500, .shaped = false, .sends = index != port_index(2, 2)};
  };
  slow_path_.put_bridge(BridgeBuilder(1).spanning_tree().link(2, 2, 2).config(), not_yet);
  slow_path_.put_bridge(BridgeBuilder(2).spanning_tree().link(2, 1, 2).config(), not_yet);
  EXPECT_THAT(datapath_.sent, IsEmpty());
  EXPECT_THAT(ports_in_transition(slow_path_.bridges()), ElementsAre("s2-eth2"));
  set_link(2, 2, true);
  deliver();
  EXPECT_THAT(ports_in_transition(slow_path_.bridges()), IsEmpty());
  EXPECT_TRUE(port(1, 2).forwarding && port(2, 2).forwarding);
}

TEST_F(SpanningTreesTest, OnlyFlowsThatLookedAtAPortGoWhenItsStateChanges) {
  put(BridgeBuilder(1).spanning_tree().port(1).port(2).port(3, {}, "elsewhere"));
  put(BridgeBuilder(2).ports(1, 3));
  miss(1, 1, kMac1, kMac2);
  miss(1, 2, kMac2, kMac1);
  miss(1, 1, kMac1, kMac2);
  miss(1, 1, kMac1, kBroadcast);
  miss(2, 1, kMac1, kBroadcast);
  ASSERT_THAT(datapath_.flows, SizeIs(4));
  Bpdu bpdu;  // a better bridge behind port 2: it is to be the root port, and stays open
  bpdu.priority = {make_bridge_id(0, {}), 0, make_bridge_id(0, {}), make_port_id(1)};
  upcall(port(1, 1).number, Bytes().add(write_bpdu(bpdu, {})));
  bpdu.priority.designated_port = make_port_id(2);  // and port 2 another way there: closed
  upcall(port(1, 2).number, Bytes().add(write_bpdu(bpdu, {})));
  EXPECT_FALSE(port(1, 2).forwarding);
  EXPECT_THAT(datapath_.flows, SizeIs(1)) << "that of s2";
}

TEST_F(SpanningTreesTest, ADiscardingPortNeitherForwardsNorLearns) {
  put_triangle();
  miss(3, 3, kMac1, kBroadcast);
  EXPECT_THAT(outputs(), IsEmpty());
  EXPECT_EQ(slow_path_.bridges().find("s3")->macs.size(), 0u);
  EXPECT_EQ(port(3, 3).rx.dropped, 1u);
}

// Else a controller would not find the links that are closed.
TEST_F(SpanningTreesTest, ADiscardingPortSendsWhatIsForItsLink) {
  put_triangle();
  const auto send = [&](std::string_view dst) {
    OfActions actions;
    actions.push_back(of::Output{.port = OfPort{3}});
    const std::vector<uint8_t> frame = ethernet(dst, kMac1, 0x88cc).zeros(46).get();
    slow_path_.packet_out(*slow_path_.bridges().find("s3"),
                          {.in_port = kOfPortController, .actions = actions, .frame = frame}, now_);
    return outputs();
  };
  ASSERT_FALSE(port(3, 3).forwarding);
  EXPECT_THAT(send("01:80:c2:00:00:0e"), ElementsAre(port(3, 3).number));
  EXPECT_THAT(send("01:80:c2:00:00:10"), IsEmpty());
  EXPECT_THAT(send(kMac2), IsEmpty());
}

// After two bridges of old spanning tree, one of which falls silent: its port opens step by step.
TEST_F(SpanningTreesTest, ALearningPortLearnsOnly) {
  put(BridgeBuilder(1).spanning_tree().port(1).port(2));
  const auto old_hello = [&](int number) {
    Bpdu bpdu;
    bpdu.kind = Bpdu::Kind::kConfiguration;
    bpdu.priority = {make_bridge_id(0, {}), 0, make_bridge_id(0, {}),
                     make_port_id(static_cast<uint16_t>(number))};
    bpdu.times.forward_delay = 4;
    upcall(port(1, number).number, Bytes().add(write_bpdu(bpdu, {})));
  };
  for (int second = 0; second < 30 && (second < 6 || !port(1, 2).learning); second++) {
    old_hello(1);
    if (second < 5) old_hello(2);
    pass(1);
  }
  ASSERT_TRUE(port(1, 2).learning && !port(1, 2).forwarding);
  miss(1, 2, kMac2, kBroadcast);
  EXPECT_THAT(outputs(), IsEmpty());
  EXPECT_EQ(slow_path_.bridges().find("s1")->macs.size(), 1u);
  miss(1, 1, kMac1, kMac2);
  EXPECT_THAT(outputs(), IsEmpty());
  old_hello(1);
  pass(4);
  miss(1, 1, kMac1, kMac2);
  EXPECT_THAT(outputs(), ElementsAre(port(1, 2).number));
}

TEST_F(SpanningTreesTest, BpdusAreNeitherForwardedNorCached) {
  put(BridgeBuilder(1).spanning_tree().ports(1, 3));
  const Bytes frame = Bytes().add(write_bpdu({}, *MacAddress::parse(kMac2)));
  upcall(port(1, 1).number, frame);
  upcall(port(1, 1).number, frame, vlan_tag(7));
  upcall(port(1, 2).number, ethernet("01:80:c2:00:00:00", kMac1, 0x88cc).zeros(46));
  EXPECT_THAT(datapath_.flows, IsEmpty());
  EXPECT_THAT(datapath_.executed, IsEmpty());
  EXPECT_EQ(slow_path_.bridges().find("s1")->macs.size(), 0u);
  EXPECT_EQ(slow_path_.bridges().find("s1")->tree->port(1)->rx.rapid, 1u) << "the one without tag";
  upcall(port(1, 1).number, ethernet("01:80:c2:00:00:0e", kMac1, 0x88cc).zeros(46));
  EXPECT_THAT(datapath_.flows, SizeIs(1)) << "other reserved addresses are dropped, as ever";
}

TEST_F(SpanningTreesTest, WithoutSpanningTreeBpdusAreDroppedAsOtherReservedAddresses) {
  put(BridgeBuilder(1).ports(1, 3));
  upcall(port(1, 1).number, Bytes().add(write_bpdu({}, {})));
  EXPECT_THAT(outputs(), IsEmpty());
  EXPECT_THAT(datapath_.flows, SizeIs(1));
  EXPECT_FALSE(slow_path_.has_spanning_trees());
  EXPECT_THAT(datapath_.sent, IsEmpty());
}

TEST_F(SpanningTreesTest, AStoppedSwitchIsMissedAtOnce) {
  put_triangle();
  slow_path_.set_running("s1", false);
  deliver();
  EXPECT_THAT(ports_in_transition(slow_path_.bridges()), IsEmpty());
  miss(2, 1, kMac2, kBroadcast);
  EXPECT_THAT(outputs(), ElementsAre(port(3, 1).number));
  slow_path_.set_running("s1", true);
  deliver();
  EXPECT_EQ(role(3, 3), PortRole::kAlternate);
  slow_path_.remove_bridge("s1");
  deliver();
  EXPECT_TRUE(port(3, 3).forwarding);
}

TEST_F(SpanningTreesTest, ItIsSwitchedOffAndOn) {
  put_triangle();
  put(BridgeBuilder(3).port(1).link(2, 1, 3).link(3, 2, 3));
  EXPECT_TRUE(port(3, 3).forwarding && port(3, 3).learning);
  miss(1, 1, kMac1, kBroadcast);
  EXPECT_THAT(outputs(), IsEmpty()) << "a loop again, and noticed";
  put(BridgeBuilder(3).spanning_tree().port(1).link(2, 1, 3).link(3, 2, 3));
  deliver();
  EXPECT_FALSE(port(3, 3).forwarding);
}

TEST_F(SpanningTreesTest, AFastWayIsPreferred) {
  BridgeConfig third = BridgeBuilder(3).spanning_tree().port(1).link(2, 1, 3).link(3, 2, 3).config();
  third.ports[1].rate = 10'000'000;
  put_triangle();
  slow_path_.put_bridge(third, all_links_up);
  deliver();
  EXPECT_EQ(role(3, 2), PortRole::kAlternate);
  EXPECT_EQ(role(3, 3), PortRole::kRoot);
}

TEST_F(SpanningTreesTest, ValuesThatTheStandardForbidsAreRefused) {
  const auto refuses = [&](auto change) {
    BridgeConfig config = BridgeBuilder(1).spanning_tree().ports(1, 2).config();
    change(config);
    EXPECT_THROW(slow_path_.put_bridge(config, all_links_up), Error);
  };
  refuses([](BridgeConfig& c) { c.stp->priority = 100; });
  refuses([](BridgeConfig& c) { c.stp->hello_time = 3; });
  refuses([](BridgeConfig& c) { c.stp->max_age = 5; });
  refuses([](BridgeConfig& c) { c.stp->forward_delay = 31; });
  refuses([](BridgeConfig& c) { c.stp->forward_delay = 4; });
  refuses([](BridgeConfig& c) { c.ports[0].number = OfPort{4096}; });
}

}  // namespace
}  // namespace flowbed::sw
