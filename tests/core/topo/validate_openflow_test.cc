#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/topo/builders.hh"
#include "core/topo/topology.hh"

namespace flowbed {
namespace {

using testing::AllOf, testing::HasSubstr;

std::string faults(const Topology& t) { return to_string(validate(t)); }

Node controller(const std::string& name) {
  Node node;
  node.name = name;
  node.kind = NodeKind::controller;
  return node;
}

TEST(ValidateOpenFlow, ControllersAreSomewhere) {
  Topology t = build_topology("minimal");
  t.nodes.push_back(controller("c0"));
  for (const char* place : {"", "machine", "fabric", "h1"}) {
    t.nodes.back().place = place;
    EXPECT_EQ(faults(t), "");
  }
  t.nodes.back().place = "h9";
  EXPECT_THAT(faults(t), HasSubstr("nodes[3].place: \"h9\" is neither"));
  t.nodes.back().place = "s1";
  EXPECT_THAT(faults(t), HasSubstr("nor a host"));
  t.nodes.back().place = "h1";
  t.nodes.back().program = "true";
  EXPECT_THAT(faults(t), HasSubstr("runs in the fabric"));
  t.nodes.back().place = "";
  t.nodes.back().address = "localhost";
  EXPECT_EQ(faults(t), "nodes[3].address: \"localhost\" is no IP address; write e.g. 127.0.0.1");
}

TEST(ValidateOpenFlow, TlsNeedsCertificates) {
  Topology t = build_topology("minimal");
  t.nodes.push_back(controller("c0"));
  t.nodes.back().protocol = "ssl";
  t.find("s1")->listen_protocol = "ssl";
  EXPECT_THAT(faults(t), AllOf(HasSubstr("nodes[3].protocol: \"ssl\" needs the certificates"),
                               HasSubstr("nodes[2].listen_protocol: \"ssl\" needs")));
  t.tls = {"key.pem", "cert.pem", "", {}};
  EXPECT_EQ(faults(t), "tls.ca_certificate: no file is named; name one");
  t.tls.ca_certificate = "ca.pem";
  EXPECT_EQ(faults(t), "");
  t.nodes.back().protocol = "tls";
  EXPECT_THAT(faults(t), HasSubstr("nodes[3].protocol: \"tls\" is not known; valid: tcp, ssl"));
  t.nodes.back().protocol = "";
  t.nodes[0].protocol = "ssl";
  EXPECT_THAT(faults(t), HasSubstr("only controllers have this"));
}

TEST(ValidateOpenFlow, SwitchesNameTheirControllers) {
  Topology t = build_topology("minimal");
  t.nodes.push_back(controller("c0"));
  std::optional<std::vector<std::string>>& names = t.find("s1")->controllers;
  names.emplace();
  EXPECT_EQ(faults(t), "");
  names = {"c0"};
  EXPECT_EQ(faults(t), "");
  names = {"c0", "c0"};
  EXPECT_THAT(faults(t), HasSubstr("nodes[2].controllers[1]: \"c0\" is listed twice"));
  names = {"c1", "h1"};
  EXPECT_THAT(faults(t), AllOf(HasSubstr("nodes[2].controllers[0]: \"c1\" is no controller of this network"),
                               HasSubstr("nodes[2].controllers[1]: \"h1\" is no controller")));
  names.reset();
  t.nodes[0].controllers.emplace();
  EXPECT_THAT(faults(t), HasSubstr("only switches have this"));
}

TEST(ValidateOpenFlow, SwitchesListenApart) {
  Topology t = build_topology("linear,2");
  for (Node& node : t.nodes) {
    if (node.is_switch()) node.listen_port = 6654;
  }
  EXPECT_THAT(faults(t), HasSubstr("another switch listens on 6654 already"));
}

}  // namespace
}  // namespace flowbed
