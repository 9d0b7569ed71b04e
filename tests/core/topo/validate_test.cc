#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/topo/builders.hh"
#include "core/topo/ifname.hh"
#include "core/topo/plan.hh"
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
using testing::HasSubstr;

std::string faults(const Topology& t) { return to_string(validate(t)); }

Route route(const char* to, const char* via, const char* interface = "") {
  Route r;
  if (*to != 0) r.to = IpPrefix::parse(to);
  if (*via != 0) r.via = IpAddress::parse(via);
  r.interface = interface;
  return r;
}

// r1 between two networks, addressed by hand.
Topology routed_network() {
  Topology t;
  t.nodes = {host("h1"), host("h2"), router("r1")};
  t.nodes[0].interfaces = {interface("h1-eth0", {"10.0.1.1/24"})};
  t.nodes[1].interfaces = {interface("h2-eth0", {"10.0.2.1/24"})};
  t.nodes[2].interfaces = {interface("r1-eth0", {"10.0.1.254/24"}), interface("r1-eth1", {"10.0.2.254/24"})};
  t.nodes[0].routes = {route("", "10.0.1.254")};
  t.nodes[1].routes = {route("10.0.1.0/24", "10.0.2.254", "h2-eth0")};
  t.links = {link("h1", "r1"), link("h2", "r1")};
  return t;
}

TEST(Validate, AcceptsWhatIsFine) {
  EXPECT_EQ(faults(Topology{}), "");
  EXPECT_EQ(faults(minimal_network()), "");
  EXPECT_EQ(faults(routed_network()), "");
  EXPECT_EQ(faults(complete(routed_network())), "");
}

TEST(Validate, ListsEachNameThatOneCanWriteOnce) {
  Topology t = minimal_network();
  t.nodes.push_back(host("h1"));
  t.nodes.push_back(host(""));
  t.nodes.push_back(host("a b"));
  t.links.push_back(link("quite-another", "s1"));
  EXPECT_THAT(faults(t), testing::HasSubstr("no node \"quite-another\"; valid: h1, h2, s1"));
}

TEST(Validate, ReportsAllFaultsAtOnce) {
  Topology t = minimal_network();
  t.nodes[0].name = "h 1";
  t.links[1].b.node = "s9";
  t.links[1].shape.loss = 2;
  EXPECT_EQ(faults(t),
            "nodes[0].name: \"h 1\" is not a name; use only letters, digits, \"_\", \"-\" and \".\"\n"
            "links[0].a.node: there is no node \"h1\"; did you mean \"h 1\"?\n"
            "links[1].b.node: there is no node \"s9\"; did you mean \"s1\"?\n"
            "links[1].loss: it must be from 0% to 100%; write e.g. 1%");
}

// ---- names

TEST(Validate, Names) {
  const auto fault_of = [](const std::string& name) {
    Topology t;
    t.nodes = {host(name)};
    return faults(t);
  };
  EXPECT_EQ(fault_of("A_b-c.9"), "");
  EXPECT_EQ(fault_of("9"), "");
  EXPECT_EQ(fault_of(std::string(63, 'a')), "");
  EXPECT_EQ(fault_of(std::string(64, 'a')).substr(0, 20), "nodes[0].name: \"aaaa");
  EXPECT_THAT(fault_of(std::string(64, 'a')), HasSubstr("is longer than 63 characters"));
  EXPECT_EQ(fault_of(""), "nodes[0].name: the name is missing; write e.g. \"h1\"");
  EXPECT_EQ(fault_of("-h"), "nodes[0].name: \"-h\" must start with a letter or a digit");
  for (const char* odd : {"a/b", "a b", "a;b", "h\xc3\xa4", "a\nb", "../x", "a:b", "a%d"}) {
    EXPECT_THAT(fault_of(odd), HasSubstr("is not a name; use only")) << odd;
  }
}

TEST(Validate, ANameIsUsedOnce) {
  Topology t = minimal_network();
  t.nodes[1].name = "h1";
  t.links.pop_back();
  EXPECT_EQ(faults(t), "nodes[1].name: \"h1\" is the name of nodes[0] already; names must differ");
}

TEST(Validate, InterfaceNames) {
  Topology t = minimal_network();
  t.nodes[0].interfaces = {interface("lo"), interface("wa/n"), interface("x"), interface("x")};
  EXPECT_EQ(faults(t),
            "nodes[0].interfaces[0].name: \"lo\" is reserved; choose another name\n"
            "nodes[0].interfaces[1].name: \"wa/n\" is not a name; use only letters, digits, \"_\", \"-\" and "
            "\".\"\n"
            "nodes[0].interfaces[3]: \"x\" is listed twice; choose another name");
}

TEST(Validate, HostsMayHaveEqualInterfaceNames) {
  Topology t = minimal_network();
  t.nodes[0].interfaces = t.nodes[1].interfaces = {interface("eth0")};
  EXPECT_EQ(faults(t), "");
}

TEST(Validate, SwitchesShareOneNamespace) {
  Topology t = minimal_network();
  t.nodes.push_back(switch_node("s2"));
  t.nodes[2].interfaces = t.nodes[3].interfaces = {interface("uplink")};
  EXPECT_EQ(faults(t),
            "nodes[3].ports[0]: \"uplink\" is \"uplink\" to the kernel, as is s1:uplink, and all switches "
            "share one "
            "namespace; choose another name");
}

TEST(Validate, NamesMustDifferAfterShorteningToo) {
  Topology t;
  t.nodes = {switch_node("aggregation-switch-1"), switch_node("s2"), host("h1")};
  t.nodes[1].interfaces = {interface("")};
  t.nodes[1].interfaces[0].name = kernel_ifname("aggregation-switch-1-eth1");
  t.links = {link("h1", "aggregation-switch-1"), link("h1", "s2")};
  EXPECT_THAT(faults(t), HasSubstr("nodes[1].ports[0]: "));
}

// ---- members by kind

TEST(Validate, MembersThatANodeOfThisKindCannotHave) {
  Topology t = minimal_network();
  t.nodes[0].dpid = 7;
  t.nodes[0].mac_ageing = 7;
  t.nodes[0].address = "127.0.0.1";
  t.nodes[2].routes = {route("", "10.0.0.1")};
  t.nodes[2].nameservers = {*IpAddress::parse("10.0.0.1")};
  EXPECT_THAT(faults(t), HasSubstr("nodes[0].dpid: h1 is a host, and only switches have this; remove it"));
  EXPECT_THAT(faults(t), HasSubstr("nodes[0].mac_ageing: h1 is a host"));
  EXPECT_THAT(faults(t), HasSubstr("nodes[0].address: h1 is a host, and only controllers have this"));
  EXPECT_THAT(faults(t), HasSubstr("nodes[2].routes: s1 is a switch, and only hosts and routers have this"));
  EXPECT_THAT(faults(t), HasSubstr("nodes[2].nameservers: s1 is a switch"));
}

TEST(Validate, HostInterfacesAreNoSwitchPorts) {
  Topology t = minimal_network();
  Interface i = interface("h1-eth0");
  i.port = 1;
  i.vlan = 10;
  t.nodes[0].interfaces = {i};
  EXPECT_EQ(faults(t),
            "nodes[0].interfaces[0].number: only switch ports are numbered; remove it\n"
            "nodes[0].interfaces[0].vlan: only switch ports have VLANs; remove it");
}

TEST(Validate, PrivateDirectories) {
  Topology t = minimal_network();
  t.nodes[0].private_dirs = {
      {"var/run", "", {}}, {"/var/../etc", "", {}}, {"/", "", {}}, {"/a", "b", {}}, {"/a", "", {}}};
  const std::string text = faults(t);
  for (const char* place : {"[0]:", "[1]:", "[2]:", "[3].from:", "[4]: \"/a\" is listed twice"}) {
    EXPECT_THAT(text, HasSubstr(std::string("nodes[0].private_dirs") + place));
  }
}

TEST(Validate, ADpidIsUsedOnce) {
  Topology t;
  t.nodes = {switch_node("s1"), switch_node("s2"), switch_node("s3")};
  t.nodes[0].dpid = t.nodes[1].dpid = 5;
  t.nodes[2].dpid = 0;
  EXPECT_EQ(faults(t),
            "nodes[1].dpid: it is the dpid of s1 already; give s2 another, or leave it out\n"
            "nodes[2].dpid: 0 is no datapath id; give s3 another, or leave it out");
}

// ---- interfaces

TEST(Validate, Ranges) {
  Topology t = minimal_network();
  Interface port = interface("s1-eth1");
  port.vlan = 4095;
  port.mtu = 67;
  t.nodes[2].interfaces = {port, interface("s1-eth2")};
  t.nodes[2].interfaces[1].trunks = {0, 5, 5};
  t.nodes[2].interfaces[1].port = 0;
  t.links[0].mtu = 65536;
  EXPECT_EQ(faults(t),
            "nodes[2].ports[0].mtu: 67 is not an MTU; it must be from 68 to 65535 bytes\n"
            "nodes[2].ports[0].vlan: 4095 is not a VLAN; it must be from 1 to 4094\n"
            "nodes[2].ports[1].number: 0 is not a port number; it must be from 1 to 65279\n"
            "nodes[2].ports[1].trunks[0]: 0 is not a VLAN; it must be from 1 to 4094\n"
            "nodes[2].ports[1].trunks[2]: this VLAN is listed twice; remove one\n"
            "links[0].mtu: 65536 is not an MTU; it must be from 68 to 65535 bytes");
}

TEST(Validate, Ipv6NeedsItsMtu) {
  Topology t = minimal_network();
  t.links[0].mtu = 1000;
  EXPECT_EQ(faults(t), "");
  t.options.ipv6 = true;
  EXPECT_EQ(faults(t), "links[0].mtu: 1000 is too small for IPv6; it needs at least 1280 bytes");
}

TEST(Validate, APortIsAccessOrTrunk) {
  Topology t = minimal_network();
  t.nodes[2].interfaces = {interface("s1-eth1")};
  t.nodes[2].interfaces[0].vlan = 1;
  t.nodes[2].interfaces[0].trunks = {2};
  EXPECT_THAT(faults(t), HasSubstr("nodes[2].ports[0]: a port is either an access port"));
}

TEST(Validate, APortNumberIsUsedOnce) {
  Topology t = minimal_network();
  t.nodes[2].interfaces = {interface("a"), interface("b")};
  t.nodes[2].interfaces[0].port = t.nodes[2].interfaces[1].port = 3;
  EXPECT_EQ(faults(t), "nodes[2].ports[1].number: port 3 of s1 is \"a\" already; choose another number");
}

TEST(Validate, Macs) {
  Topology t = minimal_network();
  t.nodes[0].interfaces = {interface("h1-eth0"), interface("h1-eth1")};
  t.nodes[1].interfaces = {interface("h2-eth0")};
  t.nodes[0].interfaces[0].mac = t.nodes[1].interfaces[0].mac = MacAddress::parse("02:00:00:00:00:01");
  t.nodes[0].interfaces[1].mac = MacAddress::parse("01:00:5e:00:00:01");
  EXPECT_EQ(
      faults(t),
      "nodes[0].interfaces[1].mac: 01:00:5e:00:00:01 is not the address of one interface; write e.g. "
      "02:00:00:00:00:01\n"
      "nodes[1].interfaces[0].mac: 02:00:00:00:00:01 is the address of h1:h1-eth0 already; choose another");
}

// ---- addresses

std::string address_fault(const char* address) {
  Topology t = minimal_network();
  t.nodes[0].interfaces = {interface("h1-eth0", {address})};
  return faults(t);
}

TEST(Validate, AddressesAreThoseOfHosts) {
  EXPECT_EQ(address_fault("10.0.0.9/8"), "");
  EXPECT_EQ(address_fault("10.0.0.0/31"), "");
  EXPECT_EQ(address_fault("10.0.0.9/32"), "");
  EXPECT_THAT(address_fault("10.0.0.0/8"),
              HasSubstr("is the network itself; write a host's address in it, e.g. 10.0.0.1/8"));
  EXPECT_THAT(address_fault("10.0.0.255/24"), HasSubstr("broadcast"));
  EXPECT_THAT(address_fault("224.0.0.1/4"),
              HasSubstr("nodes[0].interfaces[0].addresses[0]: 224.0.0.1/4 is not the address"));
  EXPECT_THAT(address_fault("127.0.0.1/8"), HasSubstr("loopback"));
  EXPECT_THAT(address_fault("1.2.3.4/0"), HasSubstr("length of its prefix"));
  EXPECT_THAT(address_fault("fd00::5/64"), HasSubstr("IPv6 is off; set options.ipv6 to true"));
}

TEST(Validate, AnAddressIsUsedOnce) {
  Topology t = minimal_network();
  t.nodes[0].interfaces = {interface("h1-eth0", {"10.0.0.7/8"})};
  t.nodes[1].interfaces = {interface("h2-eth0", {"10.0.0.8/8", "10.0.0.7/16"})};
  EXPECT_EQ(faults(t),
            "nodes[1].interfaces[0].addresses[1]: 10.0.0.7 is the address of h1:h1-eth0 already; choose a "
            "free one");
}

TEST(Validate, NetworksOfANodeDoNotOverlap) {
  Topology t = routed_network();
  t.nodes[2].interfaces[1].addresses = {*IpPrefix::parse("10.0.0.254/16")};
  t.nodes[1].routes.clear();
  EXPECT_EQ(faults(t),
            "nodes[2].interfaces[1]: the network of 10.0.0.254/16 overlaps that of 10.0.1.254/24 on r1-eth0; "
            "give each "
            "interface of a node a network of its own");
}

TEST(Validate, IpbaseIsANetworkOfIpv4WithRoom) {
  Topology t = minimal_network();
  t.options.ipbase = *IpPrefix::parse("fd00::/64");
  EXPECT_THAT(faults(t),
              HasSubstr("options.ipbase: fd00::/64 is not an IPv4 network; write e.g. 10.0.0.0/8"));
  t.options.ipbase = *IpPrefix::parse("10.0.0.0/32");
  EXPECT_THAT(faults(t), HasSubstr("options.ipbase: 10.0.0.0/32 has no room"));
  t = build_topology("single,3");
  t.options.ipbase = *IpPrefix::parse("10.0.0.0/30");
  EXPECT_EQ(faults(t),
            "options.ipbase: 10.0.0.0/30 has no address left for h3 and what comes after it; choose a "
            "shorter prefix");
}

// ---- routes

std::string route_fault(const Route& r) {
  Topology t = routed_network();
  t.nodes[2].routes = {r};
  return faults(t);
}

TEST(Validate, Routes) {
  EXPECT_EQ(route_fault(route("10.9.0.0/16", "10.0.2.1")), "");
  EXPECT_EQ(route_fault(route("10.9.0.0/16", "", "r1-eth0")), "");
  EXPECT_THAT(
      route_fault(route("10.9.0.0/16", "10.0.9.1")),
      HasSubstr("nodes[2].routes[0].via: 10.0.9.1 is on no network of r1; name a router that it reaches"));
  EXPECT_THAT(route_fault(route("", "10.0.2.1", "r1-eth0")), HasSubstr("is on no network of r1:r1-eth0"));
  EXPECT_THAT(route_fault(route("", "10.0.2.254")),
              HasSubstr("10.0.2.254 is r1 itself; name the next router"));
  EXPECT_THAT(route_fault(route("", "", "r1-eth8")),
              HasSubstr("r1 has no interface \"r1-eth8\"; did you mean"));
  EXPECT_THAT(route_fault(route("10.9.0.0/16", "")),
              HasSubstr("nodes[2].routes[0]: the route leads nowhere"));
  EXPECT_THAT(route_fault(route("10.9.0.1/16", "10.0.2.1")),
              HasSubstr("routes[0].to: 10.9.0.1/16 is an address in a network; write 10.9.0.0/16"));
  EXPECT_THAT(route_fault(route("fd00::/64", "10.0.2.1")), HasSubstr("not of the same family"));
  EXPECT_THAT(route_fault(route("fd00::/64", "", "r1-eth0")), HasSubstr("IPv6 is off"));
}

TEST(Validate, OneRouteADestination) {
  Topology t = routed_network();
  t.nodes[2].routes = {route("", "10.0.2.1"), route("0.0.0.0/0", "10.0.1.1")};
  EXPECT_EQ(faults(t), "nodes[2].routes[1].to: r1 has a route to there already; remove one");
}

TEST(Validate, RoutesAreCheckedAgainstAddressesGivenByCompletion) {
  Topology t = minimal_network();
  t.nodes[0].routes = {route("", "10.0.0.2")};
  EXPECT_EQ(faults(t), "");
}

// ---- switches

TEST(Validate, MirrorsNamePorts) {
  Topology t = minimal_network();
  t.nodes[2].mirrors = {{{"s1-eth1"}, "in", "s1-eth2", {}}};
  EXPECT_EQ(faults(t), "") << "ports that completion gives can be named";
  t.nodes[2].mirrors = {{{"s1-eth7", "s1-eth2"}, "inwards", "s1-eth2", {}}, {{}, "both", "", {}}};
  EXPECT_EQ(faults(t),
            "nodes[2].mirrors[0].ports[0]: s1 has no port \"s1-eth7\"; did you mean \"s1-eth1\"?\n"
            "nodes[2].mirrors[0].ports[1]: a port cannot be mirrored to itself; remove it here\n"
            "nodes[2].mirrors[0].direction: \"inwards\" is no direction; valid: in, out, both\n"
            "nodes[2].mirrors[1].output: the mirror leads to no port; name the one that gets the copies");
}

TEST(Validate, SpanningTree) {
  Topology t = minimal_network();
  t.nodes[2].stp = true;
  t.nodes[2].stp_priority = 61440;
  EXPECT_EQ(faults(t), "");
  t.nodes[2].stp_priority = 1;
  EXPECT_EQ(faults(t), "nodes[2].stp_priority: 1 is not a multiple of 4096; write e.g. 0, 4096 or 61440");
  t.nodes[2].stp_priority = {};
  t.nodes[2].interfaces = {interface("s1-eth1")};
  t.nodes[2].interfaces[0].port = 4096;
  EXPECT_THAT(faults(t), HasSubstr("nodes[2].ports[0]: spanning tree numbers ports up to 4095"));
  t.nodes[2].stp = false;
  EXPECT_EQ(faults(t), "");
}

// ---- links

TEST(Validate, LinkEnds) {
  Topology t = minimal_network();
  t.nodes.push_back(node("c0", NodeKind::controller));
  t.links = {link("", "s1"), link("h1", "c0"), link("h1", "h1"), link("s1", "s1")};
  EXPECT_EQ(faults(t),
            "links[0].a.node: the link leads to nothing; name a node\n"
            "links[1].b.node: c0 is a controller, and controllers have no links; remove the link\n"
            "links[2]: the link leads from h1 to itself, which only switches can have; name another node at "
            "one end");
}

TEST(Validate, AnInterfaceHasOneLink) {
  Topology t = minimal_network();
  t.links[0].b.interface = t.links[1].b.interface = "s1-eth1";
  EXPECT_EQ(
      faults(t),
      "links[1].b.interface: \"s1-eth1\" of s1 has a link already; name another interface, or leave it out");
}

TEST(Validate, AnOddInterfaceNameMustBeListed) {
  Topology t = minimal_network();
  t.nodes[0].interfaces = {interface("wan")};
  t.links[0].a.interface = "wna";
  t.links[1].a.interface = "h1-eth0";
  t.links[1].b.interface = "s1-eth0";
  EXPECT_EQ(
      faults(t),
      "links[0].a.interface: h1 has no interface \"wna\"; did you mean \"wan\"?\n"
      "links[1].a.interface: h2 has no interface \"h1-eth0\"; list it at the node, or leave it out here\n"
      "links[1].b.interface: s1 has no interface \"s1-eth0\"; list it at the node, or leave it out here");
}

TEST(Validate, AnInterfaceMayWaitForItsLink) {
  Topology t = minimal_network();
  t.nodes[0].interfaces = {interface("h1-eth0"), interface("later", {"192.168.0.1/24"})};
  EXPECT_EQ(faults(t), "");
}

TEST(Validate, Shapes) {
  Topology t = minimal_network();
  LinkShape& shape = t.links[0].shape;
  shape.rate = 0;
  shape.delay = shape.jitter = Duration(-1);
  shape.loss = -0.5;
  shape.max_queue = 0;
  EXPECT_EQ(validate(t).size(), 5u) << faults(t);
  EXPECT_THAT(faults(t), HasSubstr("links[0].rate: nothing passes at 0; write e.g. 10Mbit"));
}

TEST(Validate, UnknownKindsListTheValidOnes) {
  Topology t = minimal_network();
  t.links[0].kind = "wifi";
  t.links[0].a.kind = "plug";
  t.nodes[0].interfaces = {interface("h1-eth0")};
  t.nodes[0].interfaces[0].kind = "tap";
  EXPECT_EQ(faults(t),
            "nodes[0].interfaces[0].kind: \"tap\" is no kind of interface; valid: veth\n"
            "links[0].kind: \"wifi\" is no kind of link; valid: veth\n"
            "links[0].a.kind: \"plug\" is no kind of end; valid: interface");
}

TEST(Validate, Layout) {
  Topology t = minimal_network();
  t.layout["h9"] = {0, 0, {}};
  t.layout["h1"] = {std::nan(""), 0, {}};
  EXPECT_EQ(faults(t),
            "layout.h1: a coordinate is not finite; give two numbers\n"
            "layout.h9: there is no node \"h9\"; did you mean \"h1\"?");
}

TEST(Capabilities, Ipv6NeedsAKernelThatHasIt) {
  Topology t = minimal_network();
  t.options.ipv6 = true;
  EXPECT_TRUE(check_capabilities(t, {}).empty());
  EXPECT_EQ(to_string(check_capabilities(t, {false})),
            "options.ipv6: this machine's kernel has no IPv6; set it to false");
}

TEST(Validate, LimitsOfHosts) {
  Topology t = minimal_network();
  t.nodes[0].limits = {.cpu = 1.5, .cores = {}, .memory = 1000, .sched = Scheduling::cfs};
  t.nodes[1].limits.sched = Scheduling::rt;
  t.nodes[2].limits.cores = {0};
  EXPECT_EQ(
      faults(t),
      "nodes[0].cpu: 1.5 is not a share of the whole machine; write a number from 0.001 to 1, e.g. 0.2\n"
      "nodes[0].memory: 1kB of memory is too little for any command; write e.g. 100MB\n"
      "nodes[1].sched: real-time scheduling needs a share of the CPU; add e.g. \"cpu\": 0.2, or use \"cfs\"\n"
      "nodes[2].cores: s1 is a switch, and only hosts and routers have this; remove it");
  t.nodes[0].limits.cpu = std::nan("");
  EXPECT_THAT(faults(t), HasSubstr("nodes[0].cpu"));
}

TEST(Capabilities, LimitsNeedWhatLimitsThem) {
  Topology t = minimal_network();
  EXPECT_FALSE(limits_hosts(t));
  t.nodes[1].limits = {.cpu = 0.5, .cores = {0, 9}, .memory = 2'000'000, .sched = Scheduling::rt};
  EXPECT_TRUE(limits_hosts(t));
  Capabilities can;
  can.limits.why_not = "because";
  const std::string all = to_string(check_capabilities(t, can));
  EXPECT_THAT(all, HasSubstr("nodes[1].sched: real-time hosts need root"));
  for (const char* member : {"cpu", "cores", "memory"})
    EXPECT_THAT(all,
                HasSubstr(std::string("nodes[1].") + member + ": this machine does not let Flowbed limit"));
  EXPECT_THAT(all, HasSubstr("because"));
  can.limits = {
      .cpu = true, .cores = true, .memory = true, .realtime = true, .processors = {0, 1, 2}, .why_not = ""};
  EXPECT_EQ(to_string(check_capabilities(t, can)),
            "nodes[1].cores: there is no processor 9; this machine has 0-2");
  can.limits.processors.clear();
  EXPECT_EQ(to_string(check_capabilities(t, can)), "");
}

}  // namespace
}  // namespace flowbed
