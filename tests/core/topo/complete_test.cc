#include <gtest/gtest.h>

#include "core/topo/builders.hh"
#include "tests/core/topo/topologies.hh"

namespace flowbed {
namespace {

using test::host;
using test::interface;
using test::link;
using test::minimal_network;
using test::router;
using test::switch_node;

// "10.0.0.1/8 fd00::1/64": the addresses of the first interface.
std::string addresses(const Topology& t, const std::string& node) {
  std::string text;
  for (const IpPrefix& a : t.find(node)->interfaces.at(0).addresses) {
    text += (text.empty() ? "" : " ") + a.to_string();
  }
  return text;
}

std::string mac(const Topology& t, const std::string& node, size_t i = 0) {
  return t.find(node)->interfaces.at(i).mac->to_string();
}

std::string interfaces(const Topology& t, const std::string& node) {
  std::string text;
  for (const Interface& i : t.find(node)->interfaces) {
    text += (text.empty() ? "" : " ") + i.name + (i.port ? ":" + std::to_string(*i.port) : "");
  }
  return text;
}

TEST(Complete, NumbersAsMininetDoes) {
  const Topology t = complete(minimal_network());
  EXPECT_EQ(interfaces(t, "h1"), "h1-eth0");
  EXPECT_EQ(interfaces(t, "s1"), "s1-eth1:1 s1-eth2:2");
  EXPECT_EQ(t.links[1].b.interface, "s1-eth2");
  EXPECT_EQ(addresses(t, "h1"), "10.0.0.1/8");
  EXPECT_EQ(addresses(t, "h2"), "10.0.0.2/8");
  EXPECT_EQ(t.find("s1")->dpid, 1u);
}

TEST(Complete, IsIdempotent) {
  for (const char* spec : {"minimal", "tree,2,3", "torus,3,3,2", "fattree,4"}) {
    Topology t = build_topology(spec);
    t.options.ipv6 = t.options.auto_mac = true;
    EXPECT_EQ(complete(complete(t)), complete(t)) << spec;
  }
}

TEST(Complete, WhatIsAddedAtTheEndChangesNothingBeforeIt) {
  const Topology before = complete(build_topology("linear,3,2"));
  Topology t = before;
  t.nodes.push_back(host("h9"));
  t.nodes.push_back(switch_node("s9"));
  t.links.push_back(link("h9", "s1"));
  t.links.push_back(link("s1", "s9"));
  const Topology after = complete(t);
  for (size_t i = 0; i < before.nodes.size(); i++) {
    if (before.nodes[i].name == "s1") continue;
    EXPECT_EQ(after.nodes[i], before.nodes[i]);
  }
  for (size_t i = 0; i < before.links.size(); i++) EXPECT_EQ(after.links[i], before.links[i]);
  EXPECT_EQ(interfaces(after, "s1"), "s1-eth1:1 s1-eth2:2 s1-eth3:3 s1-eth4:4 s1-eth5:5");
  EXPECT_EQ(addresses(after, "h9"), "10.0.0.7/8");
}

TEST(Complete, AnEndWithoutInterfaceTakesTheFirstListedOneThatNoLinkNames) {
  Topology t = minimal_network();
  t.nodes[0].interfaces = {interface("wan"), interface("lan", {"192.168.0.1/24"}), interface("")};
  t.links = {link("h1", "s1"), link("h1", "s1", "wan"), link("h1", "s1"), link("h1", "s1")};
  t = complete(t);
  EXPECT_EQ(interfaces(t, "h1"), "wan lan h1-eth0 h1-eth3");
  EXPECT_EQ(t.links[0].a.interface, "lan");
  EXPECT_EQ(t.links[2].a.interface, "h1-eth0");
  EXPECT_EQ(t.links[3].a.interface, "h1-eth3");
}

TEST(Complete, ANewNumberComesAfterTheHighest) {
  Topology t = minimal_network();
  t.links = {link("h1", "s1", "h1-eth4", "s1-eth7"), link("h1", "s1"), link("h2", "s1", "", "s1-eth3")};
  t = complete(t);
  EXPECT_EQ(interfaces(t, "h1"), "h1-eth4 h1-eth5");
  EXPECT_EQ(interfaces(t, "s1"), "s1-eth7:7 s1-eth8:8 s1-eth3:3");
}

TEST(Complete, ANumberThatALaterLinkNamesIsNotGivenAway) {
  Topology t = minimal_network();
  t.links = {link("h1", "s1"), link("h2", "s1", "", "s1-eth1")};
  EXPECT_EQ(interfaces(complete(t), "s1"), "s1-eth2:2 s1-eth1:1");
}

TEST(Complete, PortsAreNumberedByNameOrElseByOrder) {
  Topology t = minimal_network();
  Interface fifth = interface("");
  fifth.port = 5;
  t.nodes[2].interfaces = {interface("uplink"), interface("s1-eth2"), fifth, interface("s1-eth5")};
  EXPECT_EQ(interfaces(complete(t), "s1"), "uplink:6 s1-eth2:2 s1-eth5:5 s1-eth5:7")
      << "the double name is a fault";
}

TEST(Complete, AddressesThatAreTakenAreSkipped) {
  Topology t = build_topology("single,4");
  t.nodes[3].interfaces = {interface("h4-eth0", {"10.0.0.2/8"})};
  t = complete(t);
  EXPECT_EQ(addresses(t, "h1"), "10.0.0.1/8");
  EXPECT_EQ(addresses(t, "h2"), "10.0.0.3/8");
  EXPECT_EQ(addresses(t, "h3"), "10.0.0.4/8");
}

TEST(Complete, AHostWithAnAddressCountsToo) {
  Topology t = build_topology("single,3");
  t.nodes[0].interfaces = {interface("h1-eth0", {"10.9.9.9/8"})};
  EXPECT_EQ(addresses(complete(t), "h3"), "10.0.0.3/8");
}

TEST(Complete, AHostPartInIpbaseIsTheStart) {
  Topology t = minimal_network();
  t.options.ipbase = *IpPrefix::parse("192.168.1.5/24");
  t.options.auto_mac = true;
  t = complete(t);
  EXPECT_EQ(addresses(t, "h1"), "192.168.1.5/24");
  EXPECT_EQ(addresses(t, "h2"), "192.168.1.6/24");
  EXPECT_EQ(mac(t, "h2"), "00:00:00:00:00:06") << "as Mininet's --mac, the number is the address's";
}

TEST(Complete, OnlyTheFirstInterfaceOfAHostIsAddressed) {
  Topology t = minimal_network();
  t.links.push_back(link("h1", "s1"));
  t = complete(t);
  EXPECT_TRUE(t.find("h1")->interfaces[1].addresses.empty());
}

TEST(Complete, RoutersAreNotAddressedAndDoNotCount) {
  Topology t = minimal_network();
  t.nodes.insert(t.nodes.begin(), router("r1"));
  t.links.push_back(link("r1", "s1"));
  t = complete(t);
  EXPECT_EQ(addresses(t, "r1"), "");
  EXPECT_EQ(addresses(t, "h1"), "10.0.0.1/8");
}

TEST(Complete, Ipv6OnRequest) {
  Topology t = minimal_network();
  t.options.ipv6 = true;
  t.nodes[1].interfaces = {interface("h2-eth0", {"fd00::9/64"})};
  t = complete(t);
  EXPECT_EQ(addresses(t, "h1"), "10.0.0.1/8 fd00::1/64");
  EXPECT_EQ(addresses(t, "h2"), "fd00::9/64") << "who gives a host only IPv6 wants only that";
}

TEST(Complete, WithoutRoomAHostStaysUnaddressed) {
  Topology t = build_topology("single,3");
  t.options.ipbase = *IpPrefix::parse("10.0.0.0/30");
  t = complete(t);
  EXPECT_EQ(addresses(t, "h2"), "10.0.0.2/30");
  EXPECT_EQ(addresses(t, "h3"), "");
}

TEST(Complete, MacsDeriveFromNamesAndAreLocal) {
  const Topology t = complete(minimal_network());
  EXPECT_EQ(mac(t, "h1"), "02:49:ff:81:67:c6") << "frozen: it is the same in every version";
  EXPECT_EQ(mac(t, "h1"), mac(complete(build_topology("single,7")), "h1"));
  EXPECT_NE(mac(t, "s1", 0), mac(t, "s1", 1));
}

TEST(Complete, AMacThatIsTakenIsNotGivenAgain) {
  Topology t = minimal_network();
  const std::string derived = mac(complete(t), "h1");
  t.nodes[1].interfaces = {interface("h2-eth0")};
  t.nodes[1].interfaces[0].mac = MacAddress::parse(derived);
  EXPECT_NE(mac(complete(t), "h1"), derived);
}

TEST(Complete, AutoMacNumbersFirstInterfacesOfHostsOnly) {
  Topology t = minimal_network();
  t.options.auto_mac = true;
  t.links.push_back(link("h1", "s1"));
  t = complete(t);
  EXPECT_EQ(mac(t, "h1"), "00:00:00:00:00:01");
  EXPECT_EQ(mac(t, "h1", 1).substr(0, 2), "02");
  EXPECT_EQ(mac(t, "s1").substr(0, 2), "02");
}

TEST(Complete, DpidsComeFromTheFirstDigitsElseFromTheName) {
  Topology t;
  t.nodes = {switch_node("s12x7"), switch_node("core"), switch_node("edge12"), switch_node("s0"),
             switch_node("s3")};
  t.nodes[4].dpid = 12;
  t = complete(t);
  EXPECT_EQ(t.find("s3")->dpid, 12u);
  EXPECT_GT(*t.find("s12x7")->dpid, 1000u) << "12 is taken";
  EXPECT_GT(*t.find("core")->dpid, 1000u);
  EXPECT_GT(*t.find("s0")->dpid, 1000u) << "0 is no dpid";
  EXPECT_NE(t.find("edge12")->dpid, t.find("s12x7")->dpid);
  EXPECT_EQ(to_string(validate(t)), "");
}

TEST(Complete, LeavesWhatIsNotValidAsItIs) {
  Topology t = minimal_network();
  t.nodes.push_back(test::node("c0", NodeKind::controller));
  t.links.push_back(link("h1", "nobody"));
  t.links.push_back(link("h2", "c0"));
  t = complete(t);
  EXPECT_EQ(t.links[2].a.interface, "h1-eth1");
  EXPECT_EQ(t.links[2].b.interface, "");
  EXPECT_TRUE(t.find("c0")->interfaces.empty());
}

TEST(Complete, ATypicalNetworkOfTenThousandLinksTakesNoQuadraticTime) {
  const Topology t = complete(build_topology("single,10000"));
  EXPECT_EQ(interfaces(t, "h10000"), "h10000-eth0");
  EXPECT_EQ(addresses(t, "h10000"), "10.0.39.16/8");
}

}  // namespace
}  // namespace flowbed
