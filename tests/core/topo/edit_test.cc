#include "core/topo/edit.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "core/topo/builders.hh"
#include "tests/core/topo/topologies.hh"

namespace flowbed {
namespace {

using test::host;
using test::interface;
using test::link;
using test::minimal_network;
using testing::HasSubstr;

template <class Function>
std::string error_of(Function edit) {
  try {
    edit();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

const Topology kMinimal = complete(minimal_network());

TEST(Edit, ANewHostBringsItsAddressToItsFirstLink) {
  Node h3 = host("h3");
  h3.interfaces = {interface("", {"10.0.0.99/8"})};
  const Topology t = add_link(add_node(kMinimal, h3), link("h3", "s1"));
  EXPECT_EQ(t.find("h3")->interfaces.size(), 1u);
  EXPECT_EQ(t.find("h3")->interfaces[0].name, "h3-eth0");
  EXPECT_EQ(t.find("h3")->interfaces[0].addresses[0].to_string(), "10.0.0.99/8");
  EXPECT_EQ(t.links.back().b.interface, "s1-eth3");
}

TEST(Edit, ANewHostIsAddressedInItsTurn) {
  const Topology t = add_link(add_node(kMinimal, host("h3")), link("h3", "s1"));
  EXPECT_EQ(t.find("h3")->interfaces[0].addresses[0].to_string(), "10.0.0.3/8");
}

TEST(Edit, AnAddressWithoutALengthIsInTheNetworksOwn) {
  Topology t = kMinimal;
  EXPECT_EQ(address_in(t, "10.0.0.9").to_string(), "10.0.0.9/8");
  EXPECT_EQ(address_in(t, "10.0.0.9/24").to_string(), "10.0.0.9/24");
  EXPECT_EQ(address_in(t, "fd00::9").to_string(), "fd00::9/64");
  t.options.ipbase = *IpPrefix::parse("192.168.7.0/24");
  EXPECT_EQ(address_in(t, "192.168.7.9").to_string(), "192.168.7.9/24");
  EXPECT_EQ(error_of([&] { address_in(t, "10.0.0"); }),
            "address: \"10.0.0\" is not an address; write e.g. 10.0.0.7/8");
}

TEST(Edit, ALinkBringsAddressesToItsEnds) {
  Topology t = add_node(kMinimal, test::router("r1"));
  t = add_link(t, link("r1", "s1"), {IpPrefix::parse("10.0.0.254/8"), {}});
  t = add_link(t, link("h1", "r1"), {IpPrefix::parse("172.16.0.2/24"), IpPrefix::parse("172.16.0.1/24")});
  EXPECT_EQ(t.find("r1")->interfaces[0].addresses[0].to_string(), "10.0.0.254/8");
  EXPECT_EQ(t.find("r1")->interfaces[1].addresses[0].to_string(), "172.16.0.1/24");
  EXPECT_EQ(error_of([&] {
              add_link(t, link("h2", "s1"), {{}, IpPrefix::parse("10.0.9.1/8")});
            }),
            "s1 is a switch; addresses are for hosts and routers");
}

TEST(Edit, SaysWhatIsOddAboutANewLink) {
  EXPECT_TRUE(notes_on_last_link(add_link(add_node(kMinimal, host("h3")), link("h3", "s1"))).empty());
  EXPECT_EQ(notes_on_last_link(add_link(kMinimal, link("s1", "h1")))[0],
            "s1 and h1 now have 2 links; name the ends of one by their interfaces: s1-eth3 h1-eth1");
  const Topology t = add_link(add_node(kMinimal, test::router("r1")), link("s1", "r1"));
  EXPECT_THAT(notes_on_last_link(t)[0], HasSubstr("r1-eth0 has no address"));
}

TEST(Edit, AddedThingsAreValidated) {
  EXPECT_EQ(error_of([] { add_node(kMinimal, host("h1")); }),
            "\"h1\" is the name of a node already; choose another");
  EXPECT_THAT(error_of([] { add_node(kMinimal, host("h 3")); }),
              HasSubstr("\"h 3\" is not a name; use only"));
  EXPECT_EQ(error_of([] { add_link(kMinimal, link("h1", "s2")); }),
            "there is no node \"s2\"; did you mean \"s1\"?");
  EXPECT_THAT(error_of([] { add_link(kMinimal, link("h1", "s1", "", "s1-eth1")); }),
              HasSubstr("has a link already"));
}

TEST(Edit, ANodeGoesWithItsLinksAndTheirOtherEnds) {
  Topology t = build_topology("minimal");
  t.find("s1")->mirrors = {{{"s1-eth1"}, "both", "s1-eth2", {}}, {{}, "both", "s1-eth2", {}}};
  t = remove_node(complete(t), "h1");
  EXPECT_EQ(t.find("h1"), nullptr);
  EXPECT_EQ(t.links.size(), 1u);
  EXPECT_EQ(t.find("s1")->interfaces.size(), 1u);
  EXPECT_EQ(t.find("s1")->interfaces[0].name, "s1-eth2");
  EXPECT_EQ(t.find("s1")->mirrors.size(), 1u);
  EXPECT_FALSE(t.layout.contains("h1"));
  EXPECT_EQ(error_of([&] { remove_node(t, "h1"); }), "there is no node \"h1\"; did you mean \"h2\"?");
}

TEST(Edit, RoutesOverARemovedLinkGoWithIt) {
  Topology t = minimal_network();
  Route route;
  route.via = IpAddress::parse("10.0.0.2");
  t.nodes[0].routes = {route};
  t = remove_link(complete(t), "h1", "s1");
  EXPECT_TRUE(t.find("h1")->routes.empty());
  EXPECT_TRUE(t.find("h1")->interfaces.empty());
}

TEST(Edit, OneOfSeveralLinksIsNamedByItsInterfaces) {
  const Topology t = add_link(kMinimal, link("h1", "s1"));
  EXPECT_EQ(error_of([&] { remove_link(t, "h1", "s1"); }),
            "there are 2 links between h1 and s1; name the ends of one, e.g. h1-eth0 and s1-eth1");
  EXPECT_EQ(remove_link(t, "s1", "h1-eth1").find("h1")->interfaces.size(), 1u);
  EXPECT_EQ(error_of([&] { remove_link(t, "h1", "h2"); }),
            "there is no link between h1 and h2; \"links\" shows those that there are");
  EXPECT_THAT(error_of([&] { remove_link(t, "h1", "s7"); }),
              HasSubstr("there is no node or linked interface \"s7\""));
}

TEST(Edit, AfterARemovalTheNextNumberFollowsTheHighest) {
  Topology t = complete(build_topology("single,3"));
  t = add_link(remove_link(t, "h2", "s1"), link("h2", "s1"));
  EXPECT_EQ(t.links.back().b.interface, "s1-eth4");
  EXPECT_EQ(t.links.back().a.interface, "h2-eth0");
  EXPECT_EQ(t.find("h2")->interfaces[0].addresses[0].to_string(), "10.0.0.2/8");
}

TEST(Edit, AllLinksBetweenTwoNodesGoDownTogether) {
  Topology t = add_link(kMinimal, link("h1", "s1"));
  t = set_link_up(t, "s1", "h1", false);
  EXPECT_FALSE(t.links[0].up);
  EXPECT_TRUE(t.links[1].up) << "that is h2's";
  EXPECT_FALSE(t.links[2].up);
  EXPECT_TRUE(set_link_up(t, "h1-eth1", "s1", true).links[2].up);
}

TEST(Edit, SwitchesChooseTheirControllers) {
  Topology t = add_node(kMinimal, test::node("c0", NodeKind::controller));
  EXPECT_EQ(t.find("s1")->controllers, std::nullopt);
  t = set_controllers(t, "s1", {{"c0"}});
  EXPECT_EQ(t.find("s1")->controllers->size(), 1u);
  EXPECT_THAT(error_of([&] { set_controllers(t, "s1", {{"c1"}}); }), HasSubstr("\"c1\" is no controller"));
  EXPECT_THAT(error_of([&] { set_controllers(t, "s9", std::nullopt); }),
              HasSubstr("there is no node \"s9\""));
  t = remove_node(t, "c0");
  EXPECT_TRUE(t.find("s1")->controllers->empty());
}

}  // namespace
}  // namespace flowbed
