#include "switchd/slowpath/stp/rstp.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/slowpath/stp/rstp_network.hh"

namespace flowbed::sw {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// In a ring, port 1 of bridge n leads to n + 1 and port 2 to n - 1; at bridge 1 the other way round is the
// last wire, and at the last one its port 2 … so roles are asked for by wire.
size_t count_roles(const RstpNetwork& network, PortRole role) {
  size_t count = 0;
  for (const Wire& wire : network.wires()) {
    for (const End end : {wire.a, wire.b})
      count += network.alive(end.bridge) && network.port(end).role == role;
  }
  return count;
}

TEST(Rstp, ABridgeAloneIsTheRootAndOpensItsHostPortsAtOnce) {
  RstpNetwork network(1);
  const uint16_t port = network.host(1);
  network.start();
  EXPECT_TRUE(network.port({1, port}).forwarding);
  EXPECT_TRUE(network.port({1, port}).oper_edge);
  EXPECT_EQ(network.bridge(1).root_priority.root, bridge_id_of(1));
}

TEST(Rstp, APortWhereNobodyAnswersBecomesAnEdgePortAfterTheMigrateTime) {
  RstpNetwork network(1);
  const uint16_t port = network.host(1, false);
  network.start();
  network.pass(2);
  EXPECT_FALSE(network.port({1, port}).forwarding);
  network.pass(1);
  EXPECT_TRUE(network.port({1, port}).forwarding);
  EXPECT_TRUE(network.port({1, port}).oper_edge);
}

TEST(Rstp, TwoBridgesOpenTheirLinkWithoutWaiting) {
  RstpNetwork network(2);
  network.wire(1, 2);
  network.start();
  EXPECT_EQ(network.settle(0), 0);
  EXPECT_EQ(network.port({1, 1}).role, PortRole::kDesignated);
  EXPECT_EQ(network.port({2, 1}).role, PortRole::kRoot);
  EXPECT_EQ(network.bridge(2).root_priority.root_path_cost, 20'000u);
}

TEST(Rstp, ARingBlocksExactlyOnePort) {
  for (int bridges = 3; bridges <= 30; bridges++) {
    RstpNetwork ring = ring_of(bridges, static_cast<unsigned>(bridges));
    EXPECT_LE(ring.settle(2), bridges <= 10 ? 0 : 2)
        << bridges;  // all at once, so the hold count holds up some
    EXPECT_EQ(count_roles(ring, PortRole::kAlternate), 1u) << bridges;
    EXPECT_EQ(ring.blocked_wires(), 1u) << bridges;
    EXPECT_TRUE(ring.all_connected()) << bridges;
  }
}

TEST(Rstp, ParallelLinksAndALinkToItself) {
  RstpNetwork network(2);
  network.wire(1, 2);
  network.wire(1, 2);
  network.wire(1, 1);
  network.start();
  EXPECT_EQ(network.settle(0), 0);
  EXPECT_EQ(network.port({2, 1}).role, PortRole::kRoot);
  EXPECT_EQ(network.port({2, 2}).role, PortRole::kAlternate);
  EXPECT_EQ(network.port({1, 3}).role, PortRole::kDesignated);
  EXPECT_EQ(network.port({1, 4}).role, PortRole::kBackup);
}

TEST(Rstp, TheCheaperWayIsTheRootPort) {
  RstpNetwork network(3);
  network.wire(1, 3, path_cost_of(10'000'000));
  network.wire(1, 2);
  network.wire(2, 3);
  network.start();
  EXPECT_EQ(network.settle(0), 0);
  EXPECT_EQ(network.port({3, 1}).role, PortRole::kAlternate);
  EXPECT_EQ(network.port({3, 2}).role, PortRole::kRoot);
}

TEST(Rstp, ACutLinkIsReplacedWithoutWaiting) {
  for (size_t cut = 0; cut < 6; cut++) {
    RstpNetwork ring = ring_of(6);
    ASSERT_EQ(ring.settle(0), 0);
    const bool was_in_use = ring.passes(ring.wires()[cut]);
    ring.flushed().clear();
    ring.set_wire(cut, false);
    EXPECT_EQ(ring.settle(0), 0) << cut;
    EXPECT_TRUE(ring.all_connected()) << cut;
    const auto& wire = ring.wires()[cut];
    std::erase_if(ring.flushed(), [&](End end) { return end == wire.a || end == wire.b; });
    EXPECT_EQ(ring.flushed().empty(), !was_in_use) << "elsewhere, addresses beyond the cut are forgotten";
    ring.set_wire(cut, true);
    EXPECT_EQ(ring.settle(0), 0) << cut;
    EXPECT_EQ(ring.blocked_wires(), 1u) << cut;
  }
}

// A change soon after another: nobody may go on using what it learned in between.
TEST(Rstp, EveryChangeFlushesAtOnce) {
  RstpNetwork ring = ring_of(4);
  ASSERT_EQ(ring.settle(0), 0);
  for (const bool up : {false, true, false, true}) {
    ring.flushed().clear();
    ring.set_wire(3, up);  // between bridges 4 and 1; bridge 4 is reached the other way round now
    EXPECT_EQ(ring.settle(0), 0);
    EXPECT_THAT(ring.flushed(), Contains(End{2, up ? ring.wires()[1].a.port : ring.wires()[0].b.port})) << up;
    ring.pass(1);
  }
}

TEST(Rstp, WhenTheRootDiesAnotherBridgeTakesOver) {
  RstpNetwork ring = ring_of(5);
  ASSERT_EQ(ring.settle(0), 0);
  ring.pass(10);
  ring.kill(1, false);
  EXPECT_EQ(ring.settle(1), 0);
  EXPECT_TRUE(ring.all_connected());
  for (int n = 2; n <= 5; n++) EXPECT_EQ(ring.bridge(n).root_priority.root, bridge_id_of(2)) << n;
}

TEST(Rstp, ASilentDeathIsNoticedAfterThreeHellos) {
  RstpNetwork ring = ring_of(5);
  ASSERT_EQ(ring.settle(0), 0);
  ring.pass(10);
  ring.kill(1, true);
  ring.pass(7);
  for (int n = 2; n <= 5; n++) EXPECT_EQ(ring.bridge(n).root_priority.root, bridge_id_of(2)) << n;
  EXPECT_TRUE(ring.all_connected());
}

// Old news of a dead root may go round in the loop that is left; its age bounds for how long.
TEST(Rstp, CountingToInfinityEnds) {
  RstpNetwork network(5);
  const size_t to_root = network.wire(1, 2);
  for (int n = 2; n <= 5; n++) network.wire(n, n == 5 ? 2 : n + 1);
  network.start();
  ASSERT_EQ(network.settle(0), 0);
  network.pass(10);
  network.set_wire(to_root, false);
  network.pass(20);  // the age of a message grows by one at each bridge, up to max_age
  for (int n = 2; n <= 5; n++) EXPECT_EQ(network.bridge(n).root_priority.root, bridge_id_of(2)) << n;
  EXPECT_TRUE(network.settled());
  EXPECT_FALSE(network.has_loop());
  EXPECT_EQ(network.blocked_wires(), 1u);
}

TEST(Rstp, AHostPortIsNoTopologyChange) {
  RstpNetwork ring = ring_of(3);
  ASSERT_EQ(ring.settle(0), 0);
  ring.pass(60);
  const uint64_t before = ring.bridge(1).topology_changes;
  EXPECT_GE(ring.bridge(1).seconds_since_change, 55u);
  ring.flushed().clear();
  ring.host(1);
  ring.start();
  ring.pass(3);
  EXPECT_THAT(ring.flushed(), IsEmpty());
  EXPECT_EQ(ring.bridge(1).topology_changes, before);
}

TEST(Rstp, AnEdgePortThatHearsABridgeIsNoneAnyMore) {
  RstpNetwork network(2);
  network.wire(1, 2);
  const uint16_t port = network.host(2);
  network.start();
  network.pass(5);
  Bpdu bpdu;
  bpdu.priority = {bridge_id_of(1), 0, bridge_id_of(1), make_port_id(9)};  // a second way to the root
  network.receive({2, port}, bpdu);
  EXPECT_FALSE(network.port({2, port}).oper_edge);
  EXPECT_EQ(network.port({2, port}).role, PortRole::kAlternate);
  EXPECT_FALSE(network.port({2, port}).forwarding);
}

TEST(Rstp, AnotherLinkAtTheSameNumberIsAnotherPort) {
  Rstp bridge;
  RstpConfig config{.id = bridge_id_of(2), .times = {}, .ports = {{1, {.link = 7, .enabled = true}}}};
  bridge.configure(config);
  Bpdu bpdu;
  bpdu.priority = {bridge_id_of(1), 0, bridge_id_of(1), make_port_id(1)};
  bridge.receive(1, bpdu);
  EXPECT_EQ(bridge.port(1)->role, PortRole::kRoot);
  config.ports[1].link = 8;
  bridge.configure(config);
  EXPECT_EQ(bridge.port(1)->role, PortRole::kDesignated);
  EXPECT_EQ(bridge.state().root_priority.root, bridge_id_of(2));
}

TEST(Rstp, ALowerPriorityMakesTheRoot) {
  RstpNetwork ring = ring_of(4);
  ASSERT_EQ(ring.settle(0), 0);
  Rstp bridge;
  RstpConfig config{.id = bridge_id_of(2), .times = {}, .ports = {{1, {.link = 1, .enabled = true}}}};
  bridge.configure(config);
  Bpdu bpdu;
  bpdu.priority = {bridge_id_of(1), 0, bridge_id_of(1), make_port_id(1)};
  bridge.receive(1, bpdu);
  config.id = make_bridge_id(4096, MacAddress::from_uint64(2));
  const RstpEffects effects = bridge.configure(config);
  EXPECT_EQ(bridge.port(1)->role, PortRole::kDesignated);
  EXPECT_THAT(effects.frames, Not(IsEmpty()));
}

TEST(Rstp, FramesThatComeBackAndFloodsOfThemAreIgnored) {
  RstpNetwork network(1);
  const uint16_t port = network.host(1, false);
  network.start();
  Bpdu own = network.sent().front().second;
  network.receive({1, port}, own);
  EXPECT_EQ(network.port({1, port}).rx_ignored, 1u);
  for (int i = 0; i < 1000; i++) {
    Bpdu bpdu;
    bpdu.priority = {bridge_id_of(1000 - i), 0, bridge_id_of(1000 - i), make_port_id(1)};
    network.receive({1, port}, bpdu);
  }
  EXPECT_EQ(network.port({1, port}).rx_ignored, 1001u - Rstp::kMaxReceived);
}

TEST(Rstp, NoMoreThanTheHoldCountIsSentInASecond) {
  RstpNetwork network(1);
  const uint16_t port = network.host(1, false);
  network.start();
  network.sent().clear();
  Bpdu bpdu;
  for (int i = 0; i < 40; i++) {
    bpdu.priority = {bridge_id_of(2), 0, bridge_id_of(2 + i % 2), make_port_id(1)};
    network.receive({1, port}, bpdu);
  }
  EXPECT_LE(network.sent().size(), 6u);
}

// A neighbour that speaks old spanning tree: bridge 9, better than ours, at port 1; ours says only what it
// understands, and waits as long as it does.
class OldNeighbour : public testing::Test {
 protected:
  OldNeighbour() {
    network_.host(2, false);
    network_.host(2, false);
    network_.start();
  }
  void old_hello(uint16_t port, int root, uint32_t cost = 0) {
    Bpdu bpdu;
    bpdu.kind = Bpdu::Kind::kConfiguration;
    bpdu.priority = {bridge_id_of(root), cost, bridge_id_of(root), make_port_id(1)};
    bpdu.times.forward_delay = 4;
    network_.receive({2, port}, bpdu);
  }
  Bpdu::Kind last_kind(uint16_t port) {
    const auto& sent = network_.sent();
    return std::ranges::find(sent.rbegin(), sent.rend(), End{2, port}, [](const auto& s) { return s.first; })
        ->second.kind;
  }
  RstpNetwork network_{2};
};

TEST_F(OldNeighbour, IsAnsweredInItsOwnTongue) {
  network_.pass(1);
  EXPECT_EQ(last_kind(1), Bpdu::Kind::kRapid);
  for (int i = 0; i < 6; i++) {
    old_hello(1, 9);  // worse than us: we are designated
    network_.pass(1);
  }
  EXPECT_EQ(last_kind(1), Bpdu::Kind::kConfiguration);
  EXPECT_EQ(last_kind(2), Bpdu::Kind::kRapid);
  EXPECT_FALSE(network_.port({2, 1}).oper_edge);
}

TEST_F(OldNeighbour, IsGivenItsTime) {
  int seconds = 0;
  for (; !network_.port({2, 1}).forwarding && seconds < 100; seconds++) {
    old_hello(1, 1);
    network_.pass(1);
  }
  EXPECT_EQ(network_.port({2, 1}).role, PortRole::kRoot);
  EXPECT_GE(seconds, 1);
}

TEST_F(OldNeighbour, HearsOfTopologyChangesUntilItAcknowledges) {
  for (int i = 0; i < 60; i++) {
    if (i % 2 == 0) old_hello(1, 1);
    network_.pass(1);
  }
  network_.sent().clear();
  Bpdu change;
  change.priority = {bridge_id_of(1), 40'000, bridge_id_of(3), make_port_id(1)};
  change.topology_change = true;
  change.role = PortRole::kRoot;
  network_.receive({2, 2}, change);
  for (int i = 0; i < 4; i++) {
    if (i % 2 == 0) old_hello(1, 1);
    network_.pass(1);
  }
  EXPECT_EQ(last_kind(1), Bpdu::Kind::kTopologyChangeNotification);
  Bpdu ack;
  ack.kind = Bpdu::Kind::kConfiguration;
  ack.priority = {bridge_id_of(1), 0, bridge_id_of(1), make_port_id(1)};
  ack.topology_change_ack = true;
  network_.receive({2, 1}, ack);
  EXPECT_EQ(network_.port({2, 1}).tc_while, 0);
}

TEST_F(OldNeighbour, MayBeReplacedByARapidOne) {
  for (int i = 0; i < 8; i++) {
    old_hello(1, 9);
    network_.pass(1);
  }
  ASSERT_EQ(last_kind(1), Bpdu::Kind::kConfiguration);
  Bpdu rapid;
  rapid.priority = {bridge_id_of(9), 0, bridge_id_of(9), make_port_id(1)};
  for (int i = 0; i < 4; i++) {
    network_.receive({2, 1}, rapid);
    network_.pass(1);
  }
  EXPECT_EQ(last_kind(1), Bpdu::Kind::kRapid);
}

TEST_F(OldNeighbour, ItsNotificationIsAcknowledged) {
  for (int i = 0; i < 40; i++) {
    old_hello(1, 9);
    network_.pass(1);
  }
  ASSERT_TRUE(network_.port({2, 1}).forwarding);
  network_.flushed().clear();
  network_.sent().clear();
  Bpdu notification;
  notification.kind = Bpdu::Kind::kTopologyChangeNotification;
  network_.receive({2, 1}, notification);
  network_.pass(2);
  const auto acknowledges = [](const auto& sent) { return sent.second.topology_change_ack; };
  EXPECT_TRUE(std::ranges::any_of(network_.sent(), acknowledges));
}

}  // namespace
}  // namespace flowbed::sw
