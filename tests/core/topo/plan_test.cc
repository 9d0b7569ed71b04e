#include "core/topo/plan.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/topo/builders.hh"
#include "core/topo/edit.hh"
#include "tests/core/topo/topologies.hh"

namespace flowbed {
namespace {

using test::host;
using test::interface;
using test::link;
using test::minimal_network;
using test::node;
using test::router;
using test::switch_node;
using testing::ElementsAre;
using testing::IsEmpty;

const Capabilities kAll{.ipv6 = true};

std::vector<std::string> texts(const Plan& plan) {
  std::vector<std::string> all;
  for (const Step& step : plan) all.push_back(to_string(step));
  return all;
}

// A network that is applied, and what becomes of it.
class Applied {
 public:
  explicit Applied(const Topology& t) : topology_(complete(t)) { record_all(make_plan({}, topology_, kAll)); }

  std::vector<std::string> become(const Topology& wanted) {
    topology_ = complete(wanted);
    const Plan plan = make_plan(inventory_, topology_, kAll);
    record_all(plan);
    return texts(plan);
  }

  const Topology& topology() const { return topology_; }
  const Inventory& inventory() const { return inventory_; }

 private:
  void record_all(const Plan& plan) {
    for (const Step& step : plan) record(inventory_, step);
  }

  Topology topology_;
  Inventory inventory_;
};

std::vector<std::string> from_nothing(const Topology& t) { return texts(make_plan({}, complete(t), kAll)); }

// h1 - r1 - h2 by cables, with routes.
Topology routed_network() {
  Topology t;
  t.nodes = {host("h1"), host("h2"), router("r1")};
  t.nodes[0].interfaces = {interface("h1-eth0", {"10.0.1.1/24"})};
  t.nodes[1].interfaces = {interface("h2-eth0", {"10.0.2.1/24"})};
  t.nodes[2].interfaces = {interface("r1-eth0", {"10.0.1.254/24"}), interface("r1-eth1", {"10.0.2.254/24"})};
  Route route;
  route.via = IpAddress::parse("10.0.1.254");
  t.nodes[0].routes = {route};
  t.links = {link("h1", "r1"), link("h2", "r1")};
  return t;
}

TEST(Plan, StartsAMinimalNetwork) {
  EXPECT_THAT(
      from_nothing(minimal_network()),
      ElementsAre("create namespace h1", "create namespace h2", "create link h1:h1-eth0 <-> s1-eth1",
                  "create link h2:h2-eth0 <-> s1-eth2", "add address 10.0.0.1/8 to h1:h1-eth0",
                  "add address 10.0.0.2/8 to h2:h2-eth0", "put bridge s1 with ports s1-eth1 s1-eth2"));
}

TEST(Plan, ALinkIsMadeWithItsLaterNode) {
  Topology t = minimal_network();
  std::swap(t.nodes[0], t.nodes[2]);  // s1, h2, h1
  EXPECT_THAT(from_nothing(t),
              ElementsAre("create namespace h2", "create link h2:h2-eth0 <-> s1-eth2",
                          "add address 10.0.0.1/8 to h2:h2-eth0", "create namespace h1",
                          "create link h1:h1-eth0 <-> s1-eth1", "add address 10.0.0.2/8 to h1:h1-eth0",
                          "put bridge s1 with ports s1-eth1 s1-eth2"));
}

TEST(Plan, RoutersForwardAndRoutesComeLast) {
  EXPECT_THAT(from_nothing(routed_network()),
              ElementsAre("create namespace h1", "create namespace h2", "create namespace r1",
                          "create link h1:h1-eth0 <-> r1:r1-eth0", "create link h2:h2-eth0 <-> r1:r1-eth1",
                          "add address 10.0.1.1/24 to h1:h1-eth0", "add address 10.0.1.254/24 to r1:r1-eth0",
                          "add address 10.0.2.1/24 to h2:h2-eth0", "add address 10.0.2.254/24 to r1:r1-eth1",
                          "switch forwarding on in r1", "add route default via 10.0.1.254 to h1"));
}

TEST(Plan, StopsBySimplyRemovingBridgesAndNamespaces) {
  Applied network(minimal_network());
  EXPECT_THAT(network.become({}),
              ElementsAre("remove bridge s1", "remove namespace h1", "remove namespace h2"));
  EXPECT_EQ(network.inventory(), Inventory{});
}

TEST(Plan, LinksBetweenSwitchesAreRemovedByThemselves) {
  Applied network(build_topology("linear,2"));
  EXPECT_THAT(network.become({}), ElementsAre("remove bridge s1", "remove bridge s2", "remove link s1-eth2",
                                              "remove namespace h1", "remove namespace h2"));
}

TEST(Plan, DoesNothingTwice) {
  Applied network(routed_network());
  EXPECT_THAT(network.become(routed_network()), IsEmpty());
}

// ---- bridges

TEST(Plan, BridgesKnowWhichPortsLeadToOtherBridges) {
  const Topology t = complete(build_topology("linear,2"));
  Inventory inventory;
  for (const Step& step : make_plan({}, t, kAll)) record(inventory, step);
  const BridgeConfig& s1 = inventory.bridges.at("s1");
  EXPECT_EQ(s1.dpid, 1u);
  EXPECT_EQ(s1.mac_ageing, 300u);
  EXPECT_EQ(s1.ports.at(0), (BridgePort{1, "s1-eth1", "s1-eth1", {}, {}, ""}));
  EXPECT_EQ(s1.ports.at(1), (BridgePort{2, "s1-eth2", "s1-eth2", {}, {}, "s2-eth2"}));
}

TEST(Plan, BridgesKnowOfSpanningTreeAndRates) {
  Topology t = build_topology("linear,2");
  t.nodes[2].stp = true;
  t.nodes[2].stp_priority = 4096;
  t.links[2].shape.rate = 10'000'000;
  Inventory inventory;
  for (const Step& step : make_plan({}, complete(t), kAll)) record(inventory, step);
  const BridgeConfig &s1 = inventory.bridges.at("s1"), &s2 = inventory.bridges.at("s2");
  EXPECT_TRUE(s1.stp);
  EXPECT_EQ(s1.stp_priority, 4096);
  EXPECT_FALSE(s2.stp);
  EXPECT_EQ(s2.stp_priority, 32768);
  EXPECT_EQ(s1.ports.at(0).rate, std::nullopt);
  EXPECT_EQ(s1.ports.at(1).rate, 10'000'000u);
  EXPECT_EQ(s2.ports.at(1).rate, std::nullopt) << "nobody asks for it without spanning tree";
}

TEST(Plan, ALinkOfASwitchToItselfHasBothPortsAsPeers) {
  Topology t;
  t.nodes = {switch_node("s1")};
  t.links = {link("s1", "s1")};
  const Applied network(t);
  EXPECT_EQ(network.inventory().bridges.at("s1").ports.at(0).peer, "s1-eth2");
  EXPECT_EQ(network.inventory().bridges.at("s1").ports.at(1).peer, "s1-eth1");
}

TEST(Plan, LongNamesAreShortToTheKernelAndInFullToPeople) {
  Topology t;
  t.nodes = {host("h1"), switch_node("aggregation-switch-12")};
  t.links = {link("h1", "aggregation-switch-12")};
  EXPECT_EQ(from_nothing(t)[1], "create link h1:h1-eth0 <-> aggrd2b8cf-eth1 (aggregation-switch-12-eth1)");
  const BridgePort port = Applied(t).inventory().bridges.at("aggregation-switch-12").ports.at(0);
  EXPECT_EQ(port.interface, "aggrd2b8cf-eth1");
  EXPECT_EQ(port.name, "aggregation-switch-12-eth1");
}

TEST(Plan, AChangedPortIsOneStep) {
  Applied network(minimal_network());
  Topology t = network.topology();
  t.find("s1")->interfaces[0].vlan = 10;
  EXPECT_THAT(network.become(t), ElementsAre("put bridge s1 with ports s1-eth1 s1-eth2"));
}

TEST(Plan, ASwitchHasItsOwnControllers) {
  Topology t = build_topology("linear,3");
  for (const char* name : {"c0", "c1"}) t.nodes.push_back(test::node(name, NodeKind::controller));
  t.find("c1")->protocol = "ssl";
  t.find("s2")->controllers = {"c1"};
  t.find("s3")->controllers.emplace();
  const Applied network(t);
  const auto& bridges = network.inventory().bridges;
  EXPECT_EQ(bridges.at("s1").controllers.size(), 2u);
  EXPECT_FALSE(bridges.at("s1").fails_open);
  ASSERT_EQ(bridges.at("s2").controllers.size(), 1u);
  EXPECT_EQ(bridges.at("s2").controllers[0].name, "c1");
  EXPECT_TRUE(bridges.at("s2").controllers[0].tls);
  EXPECT_TRUE(bridges.at("s3").controllers.empty());
  EXPECT_TRUE(bridges.at("s3").fails_open) << "a learning switch";
}

TEST(Plan, ABridgeLosesAPortBeforeItsLinkGoes) {
  Applied network(build_topology("linear,3"));
  const Topology t = remove_link(network.topology(), "s1", "s2");
  EXPECT_THAT(network.become(t),
              ElementsAre("put bridge s1 with ports s1-eth1", "put bridge s2 with ports s2-eth1 s2-eth3",
                          "remove link s1-eth2"));
}

TEST(Plan, MirrorsOfALostPortGoWithIt) {
  Topology t = build_topology("single,3");
  t.find("s1")->mirrors = {
      {{"s1-eth1"}, "both", "s1-eth3", {}}, {{}, "in", "s1-eth3", {}}, {{}, "in", "s1-eth1", {}}};
  Applied network(t);
  EXPECT_EQ(network.inventory().bridges.at("s1").mirrors.size(), 3u);
  const Plan plan = make_plan(network.inventory(), remove_node(network.topology(), "h1"), kAll);
  EXPECT_EQ(std::get<step::PutBridge>(plan.at(0)).bridge.mirrors,
            (std::vector<Mirror>{{{}, "in", "s1-eth3", {}}}));
}

TEST(Plan, APortWithoutLinkIsNotABridgesPortYet) {
  Topology t = minimal_network();
  t.nodes[2].interfaces = {interface("s1-eth1"), interface("s1-eth2"), interface("s1-eth3")};
  t.nodes[2].mirrors = {{{}, "both", "s1-eth3", {}}};
  Applied network(t);
  EXPECT_EQ(network.inventory().bridges.at("s1").ports.size(), 2u);
  EXPECT_THAT(network.inventory().bridges.at("s1").mirrors, IsEmpty());
}

TEST(Plan, ExternalSwitchesHaveANamespaceAndNoBridge) {
  Topology t = minimal_network();
  t.options.ipv6 = true;
  t.nodes[2].kind = NodeKind::external_switch;
  EXPECT_THAT(from_nothing(t), ElementsAre("create namespace h1 with IPv6", "create namespace h2 with IPv6",
                                           "create namespace s1", "create link h1:h1-eth0 <-> s1:s1-eth1",
                                           "create link h2:h2-eth0 <-> s1:s1-eth2", testing::_, testing::_,
                                           testing::_, testing::_));
}

// ---- links up and down

TEST(Plan, ADownLinkToASwitchLeavesTheHostAlone) {
  Applied network(minimal_network());
  const Topology up = network.topology();
  EXPECT_THAT(network.become(set_link_up(up, "s1", "h1", false)), ElementsAre("set s1-eth1 down"));
  EXPECT_THAT(network.become(up), ElementsAre("set s1-eth1 up"));
}

TEST(Plan, ADownLinkBetweenSwitchesIsDownAtBothEnds) {
  Applied network(build_topology("linear,2"));
  EXPECT_THAT(network.become(set_link_up(network.topology(), "s1", "s2", false)),
              ElementsAre("set s2-eth2 down", "set s1-eth2 down"));
}

TEST(Plan, ADownLinkBetweenHostsTakesRoutesNeighboursAndIpv6AndGivesThemBack) {
  Topology t = routed_network();
  t.options.ipv6 = t.options.static_arp = true;
  t.nodes[0].interfaces[0].addresses.push_back(*IpPrefix::parse("fd01::1/64"));
  t.nodes[1].interfaces[0].addresses.push_back(*IpPrefix::parse("fd02::1/64"));
  Applied network(t);
  const Topology up = network.topology();
  const std::string neighbour = up.find("r1")->interfaces[0].mac->to_string();
  const std::string own = up.find("h1")->interfaces[0].mac->to_string();
  EXPECT_THAT(
      network.become(set_link_up(up, "h1", "r1", false)),
      ElementsAre("remove route default via 10.0.1.254 from h1",
                  "remove neighbour 10.0.1.254 from h1:h1-eth0", "remove address fd01::1/64 from h1:h1-eth0",
                  "remove neighbour 10.0.1.1 from r1:r1-eth0", "set h1:h1-eth0 down", "set r1:r1-eth0 down"));
  EXPECT_THAT(network.become(up), ElementsAre("set h1:h1-eth0 up", "add address fd01::1/64 to h1:h1-eth0",
                                              "set r1:r1-eth0 up", "add route default via 10.0.1.254 to h1",
                                              "add neighbour 10.0.1.254 at " + neighbour + " to h1:h1-eth0",
                                              "add neighbour 10.0.1.1 at " + own + " to r1:r1-eth0"));
}

TEST(Plan, ALinkMayStartDown) {
  Topology t = minimal_network();
  t.links[0].up = false;
  EXPECT_EQ(from_nothing(t)[2], "create link h1:h1-eth0 <-> s1-eth1 down");
}

// ---- edits

TEST(Plan, AHostMayComeAndGo) {
  Applied network(minimal_network());
  const Topology before = network.topology();
  Topology t = add_node(before, host("h3"));
  EXPECT_THAT(network.become(t), ElementsAre("create namespace h3"));
  t = add_link(t, link("h3", "s1"));
  EXPECT_THAT(network.become(t),
              ElementsAre("create link h3:h3-eth0 <-> s1-eth3", "add address 10.0.0.3/8 to h3:h3-eth0",
                          "put bridge s1 with ports s1-eth1 s1-eth2 s1-eth3"));
  EXPECT_THAT(network.become(remove_node(t, "h3")),
              ElementsAre("put bridge s1 with ports s1-eth1 s1-eth2", "remove namespace h3"));
  EXPECT_EQ(network.inventory(), Applied(before).inventory());
}

TEST(Plan, SettingsChangeInPlace) {
  Applied network(minimal_network());
  Topology t = network.topology();
  t.find("h1")->interfaces[0].mac = MacAddress::parse("02:00:00:00:00:01");
  t.find("h1")->interfaces[0].mtu = 1400;
  EXPECT_THAT(network.become(t), ElementsAre("set h1:h1-eth0 mac 02:00:00:00:00:01 mtu 1400"));
}

TEST(Plan, TheMtuOfALinkIsThatOfBothEnds) {
  Topology t = minimal_network();
  t.links[0].mtu = 9000;
  EXPECT_EQ(from_nothing(t)[2], "create link h1:h1-eth0 mtu 9000 <-> s1-eth1 mtu 9000");
  t.nodes[0].interfaces = {interface("h1-eth0")};
  t.nodes[0].interfaces[0].mtu = 1400;
  EXPECT_EQ(from_nothing(t)[2], "create link h1:h1-eth0 mtu 1400 <-> s1-eth1 mtu 9000");
}

TEST(Plan, AddressesKeepTheirOrder) {
  Topology t = minimal_network();
  t.nodes[0].interfaces = {interface("h1-eth0", {"10.0.0.1/8", "10.0.0.3/8", "10.0.0.4/8"})};
  Applied network(t);
  t.nodes[0].interfaces = {interface("h1-eth0", {"10.0.0.1/8", "10.0.0.4/8"})};
  EXPECT_THAT(network.become(t), ElementsAre("remove address 10.0.0.4/8 from h1:h1-eth0",
                                             "remove address 10.0.0.3/8 from h1:h1-eth0",
                                             "add address 10.0.0.4/8 to h1:h1-eth0"));
}

TEST(Plan, ARouteSurvivesAChangeOfItsInterfacesAddress) {
  Applied network(routed_network());
  Topology t = network.topology();
  t.find("h1")->interfaces[0].addresses = {*IpPrefix::parse("10.0.1.2/24")};
  EXPECT_THAT(
      network.become(t),
      ElementsAre("remove route default via 10.0.1.254 from h1", "remove address 10.0.1.1/24 from h1:h1-eth0",
                  "add address 10.0.1.2/24 to h1:h1-eth0", "add route default via 10.0.1.254 to h1"));
}

TEST(Plan, AnInterfaceThatLeadsElsewhereIsMadeAnew) {
  Applied network(minimal_network());
  Topology t = network.topology();
  std::swap(t.links[0].a, t.links[1].a);
  EXPECT_THAT(network.become(t),
              ElementsAre("put bridge s1 without ports", "remove link s1-eth1", "remove link s1-eth2",
                          "create link h2:h2-eth0 <-> s1-eth1", "create link h1:h1-eth0 <-> s1-eth2",
                          "add address 10.0.0.2/8 to h2:h2-eth0", "add address 10.0.0.1/8 to h1:h1-eth0",
                          "put bridge s1 with ports s1-eth1 s1-eth2"));
}

TEST(Plan, ANameThatIsWantedAgainIsFreedBeforeItsOldNamespaceGoes) {
  Applied network(minimal_network());
  Topology t = minimal_network();
  t.nodes[0].name = t.links[0].a.node = "h9";
  EXPECT_THAT(network.become(t),
              ElementsAre("put bridge s1 with ports s1-eth2", "remove link s1-eth1", "remove namespace h1",
                          "create namespace h9", testing::_, testing::_, testing::_));
}

TEST(Plan, AHostMayBecomeARouterButNotASwitchInPlace) {
  Applied network(minimal_network());
  Topology t = network.topology();
  t.nodes[0].kind = NodeKind::router;
  EXPECT_THAT(network.become(t), ElementsAre("switch forwarding on in h1"));
  t.nodes[0].kind = NodeKind::host;
  EXPECT_THAT(network.become(t), ElementsAre("switch forwarding off in h1"));
}

// ---- static neighbours

TEST(Plan, StaticNeighboursAreAllOthersInReach) {
  Topology t = minimal_network();
  t.options.static_arp = t.options.auto_mac = true;
  t.nodes.push_back(router("r1"));
  t.nodes.push_back(host("far"));
  t.nodes[3].interfaces = {interface("r1-eth0", {"10.0.0.254/8"}), interface("r1-eth1", {"192.168.0.1/24"})};
  t.nodes[3].interfaces[0].mac = MacAddress::parse("02:00:00:00:00:fe");
  t.nodes[4].interfaces = {interface("far-eth0", {"192.168.0.2/24"})};
  t.links.push_back(link("r1", "s1"));
  t.links.push_back(link("r1", "far"));
  std::vector<std::string> h1;
  for (const std::string& text : from_nothing(t)) {
    if (text.starts_with("add neighbour") && text.ends_with("h1:h1-eth0")) h1.push_back(text);
  }
  EXPECT_THAT(h1, ElementsAre("add neighbour 10.0.0.2 at 00:00:00:00:00:02 to h1:h1-eth0",
                              "add neighbour 10.0.0.254 at 02:00:00:00:00:fe to h1:h1-eth0"));
}

TEST(Plan, ExtensionsAreNoChange) {
  Applied network(routed_network());
  Topology t = network.topology();
  t.nodes[0].routes[0].extensions["x-colour"] = "1";
  t.nodes[0].extensions["x-colour"] = "1";
  EXPECT_THAT(network.become(t), IsEmpty());
}

TEST(Plan, Ipv6OnlyWhereTheKernelHasIt) {
  Topology t = minimal_network();
  t.options.ipv6 = true;
  EXPECT_EQ(to_string(make_plan({}, complete(t), kAll)[0]), "create namespace h1 with IPv6");
  EXPECT_EQ(texts(make_plan({}, complete(t), {.ipv6 = false})), from_nothing(minimal_network()));
}

TEST(Plan, LimitsComeWithTheNamespaceAndGoWithIt) {
  Topology t = minimal_network();
  t.nodes[1].limits.cpu = 0.2;
  t.nodes[1].limits.memory = 100'000'000;
  EXPECT_THAT(from_nothing(t),
              testing::IsSupersetOf({"create namespace h2", "limit h2 cpu 0.2 memory 100MB"}));
  Applied network(t);
  EXPECT_THAT(network.become(t), IsEmpty());
  t.nodes[1].limits = {.cpu = {}, .cores = {0, 1}, .memory = {}, .sched = Scheduling::cfs};
  EXPECT_THAT(network.become(t), ElementsAre("limit h2 cores 0-1"));
  t.nodes[1].limits = {};
  EXPECT_THAT(network.become(t), ElementsAre("lift the limits of h2"));
  t.nodes[1].limits.cpu = 0.5;
  network.become(t);
  Topology without = t;
  without.nodes.erase(without.nodes.begin() + 1);
  without.links.pop_back();
  EXPECT_THAT(network.become(without), testing::Not(testing::Contains(testing::HasSubstr("limit"))));
  EXPECT_THAT(network.become(t), testing::Contains("limit h2 cpu 0.5"));
}

}  // namespace
}  // namespace flowbed
