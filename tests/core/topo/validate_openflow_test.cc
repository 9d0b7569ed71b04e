#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/topo/builders.hh"
#include "core/topo/topology.hh"

namespace flowbed {
namespace {

using testing::HasSubstr;

std::string faults(const Topology& t) { return to_string(validate(t)); }

TEST(ValidateOpenFlow, ControllersAreSomewhere) {
  Topology t = build_topology("minimal");
  Node controller;
  controller.name = "c0";
  controller.kind = NodeKind::controller;
  t.nodes.push_back(controller);
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

TEST(ValidateOpenFlow, SwitchesListenApart) {
  Topology t = build_topology("linear,2");
  for (Node& node : t.nodes) {
    if (node.is_switch()) node.listen_port = 6654;
  }
  EXPECT_THAT(faults(t), HasSubstr("another switch listens on 6654 already"));
}

}  // namespace
}  // namespace flowbed
