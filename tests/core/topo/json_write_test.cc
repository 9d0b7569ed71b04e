#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/topo/builders.hh"
#include "core/topo/json.hh"
#include "tests/core/topo/topologies.hh"

namespace flowbed {
namespace {

using test::interface;

void expect_round_trip(const Topology& t) {
  const ReadResult from_text = read_topology(write_topology(t));
  EXPECT_EQ(to_string(from_text.faults), "");
  EXPECT_EQ(from_text.topology, t) << write_topology(t);
  EXPECT_EQ(topology_from_json(to_json(t)).topology, t);
  EXPECT_EQ(write_topology(from_text.topology), write_topology(t));
}

// Every member of every object set to something that is not its standard.
Topology everything() {
  Topology t;
  t.name = "all \"members\" \xc3\xa4";
  t.options = {
      *IpPrefix::parse("192.168.1.5/24"), true, *IpPrefix::parse("fd01::/48"), true, true, 7, LinkBackend::qdisc, {{"x-o", "1"}}};
  t.tls = {"key.pem", "cert.pem", "/ca.pem", {{"x-k", "1"}}};
  Node h = test::host("h1");
  Interface i = interface("wan", {"10.0.0.1/8", "fd00::1/64"});
  i.kind = "vf";
  i.mac = MacAddress::parse("02:00:00:00:00:01");
  i.mtu = 9000;
  i.extensions["x-i"] = "{\"a\":[1,2.5,null]}";
  h.interfaces = {i};
  h.routes = {{IpPrefix::parse("10.1.0.0/16"), IpAddress::parse("10.0.0.2"), "wan", {{"x-r", "true"}}},
              {std::nullopt, IpAddress::parse("fd00::2"), "", {}}};
  h.private_dirs = {
      {"/var/run", "", {}}, {"/etc", "/srv/etc", {{"x-p", "\"p\""}}}, {"/tmp", "", {{"x-p", "0"}}}};
  h.nameservers = {*IpAddress::parse("10.0.0.9")};
  h.extensions["x-n"] = "[]";
  Node s = test::switch_node("s1");
  Interface port = interface("s1-eth1");
  port.port = 7;
  port.vlan = 10;
  port.trunks = {20, 30};
  s.interfaces = {port};
  s.dpid = 0xffffffffffffffff;
  s.mac_ageing = 10;
  s.stp = true;
  s.stp_priority = 4096;
  s.fail_mode = "secure";
  s.protocols = {"OpenFlow13"};
  s.listen_port = 6654;
  s.listen_protocol = "ssl";
  s.controllers = {"c0"};
  s.exports.sflow = {{{"10.0.0.9:6343"}, "h1"}, 64, 256, 5, {{"x-s", "1"}}};
  s.exports.netflow = {{{"10.0.0.9"}, ""}, 60, 5, true, {}};
  s.exports.ipfix = {{{"10.0.0.9", "10.0.0.8"}, "fabric"}, 6, 5, 7, 8, {}};
  s.mirrors = {{{"s1-eth1"}, "in", "s1-eth2", {{"x-m", "-1"}}}};
  Node c = test::node("c0", NodeKind::controller);
  c.address = "127.0.0.1";
  c.tcp_port = 6654;
  c.protocol = "ssl";
  c.place = "h1";
  c.program = "true";
  t.nodes = {h, s, c, test::router("r1"), test::node("e1", NodeKind::external_switch)};
  Link l = test::link("h1", "s1", "wan", "s1-eth1");
  l.kind = "tunnel";
  l.a.kind = "plug";
  l.a.extensions["x-e"] = "\"\"";
  l.shape.rate = 12345678;
  l.shape.delay = Duration(1500000);
  l.shape.jitter_table = {{-1, 0, 2.5}};
  l.shape.loss = 0.07;
  l.a_to_b.max_queue = 100;
  l.b_to_a.ecn = true;
  l.mtu = 1400;
  l.up = false;
  l.extensions["x-l"] = "1e+100";
  t.links = {l};
  t.layout = {{"h1", {1.5, -2.25, {{"x-c", "\"red\""}}}}, {"s1", {0.1, 1e300, {}}}};
  t.extensions["x-t"] = "{}";
  return t;
}

TEST(JsonWrite, TheRoundTripIsExactForEveryMember) { expect_round_trip(everything()); }

TEST(JsonWrite, TheRoundTripIsExactForWhatIsLeftOut) {
  expect_round_trip({});
  expect_round_trip(test::minimal_network());
}

TEST(JsonWrite, TheRoundTripIsExactForEveryBuilder) {
  for (const Builder& b : builders()) {
    expect_round_trip(build_topology(b.name));
    expect_round_trip(complete(build_topology(b.name)));
  }
}

TEST(JsonWrite, TheRoundTripIsExactForRandomNetworks) {
  for (uint64_t seed = 1; seed <= 50; seed++) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const Topology t = test::random_network(random);
    expect_round_trip(t);
    expect_round_trip(complete(t));
  }
}

TEST(JsonWrite, TheRoundTripIsExactForOddQuantities) {
  Topology t = test::minimal_network();
  for (const double loss : {0.0, 1.0, 0.07, 0.29, 1.0 / 3, 1e-12, 5e-324}) {
    for (const uint64_t rate : {uint64_t{1}, uint64_t{999}, uint64_t{1500}, uint64_t{9007199254740993}}) {
      LinkShape& shape = t.links[0].shape;
      shape.rate = rate;
      shape.delay = Duration(static_cast<int64_t>(rate));
      shape.jitter = Duration(0);
      shape.loss = loss;
      shape.max_queue = 1;
      shape.loss_model = {{loss, 1, 0.5, loss}};
      t.links[0].b_to_a.burst = rate;
      t.options.seed = rate;
      expect_round_trip(t);
    }
  }
}

// People read and compare these files: the form is part of the contract.
TEST(JsonWrite, IsWrittenForPeople) {
  Topology t = build_topology("single,1");
  t.options.ipv6 = true;
  t.links[0].shape.delay = std::chrono::milliseconds(5);
  EXPECT_EQ(write_topology(t), R"({
  "flowbed": 1,
  "name": "single,1",
  "options": {
    "ipv6": true
  },
  "nodes": [
    {"name": "h1", "kind": "host"},
    {"name": "s1", "kind": "switch"}
  ],
  "links": [
    {"a": {"node": "h1"}, "b": {"node": "s1"}, "delay": "5ms"}
  ],
  "layout": {
    "h1": {"x": 0, "y": 100},
    "s1": {"x": 0, "y": 0}
  }
}
)");
}

TEST(JsonWrite, WhatIsTooLongForALineIsBroken) {
  const std::string text = write_topology(complete(build_topology("linear,3")));
  for (size_t start = 0, end = 0; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
    EXPECT_LE(end - start, 110u) << text.substr(start, end - start);
  }
}

}  // namespace
}  // namespace flowbed
