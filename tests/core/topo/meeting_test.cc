#include "core/topo/meeting.hh"

#include <gtest/gtest.h>

#include "tests/core/topo/topologies.hh"

namespace flowbed {
namespace {

using test::host;
using test::interface;

Node node_with(const std::string& name, std::initializer_list<Interface> interfaces) {
  Node node = host(name);
  node.interfaces = interfaces;
  return node;
}

const Node kServer = node_with("server", {interface("server-eth0", {"10.0.1.254/24", "fd00:1::fe/64"}),
                                          interface("server-eth1", {"10.0.2.254/24"})});
const Node kNear = node_with("h1", {interface("h1-eth0", {"10.0.1.1/24"})});
const Node kOther = node_with("h2", {interface("h2-eth0", {"10.0.2.2/24", "fd00:1::2/64"})});
const Node kFar = node_with("h3", {interface("h3-eth0", {"192.168.0.1/24"})});

std::string reached(const Node* from, bool prefer_v6 = false) {
  return address_towards(from, kServer, prefer_v6)->to_string();
}

TEST(Meeting, IsInTheNetworkThatBothAreIn) {
  EXPECT_EQ(reached(&kNear), "10.0.1.254");
  EXPECT_EQ(reached(&kOther), "10.0.2.254");
  EXPECT_EQ(meeting_of(kOther, kServer, false)->to.interface->name, "server-eth1");
  EXPECT_EQ(meeting_of(kServer, kOther, false)->from.interface->name, "server-eth1");
}

TEST(Meeting, IsTheFirstAddressElsewhere) {
  EXPECT_EQ(reached(&kFar), "10.0.1.254");
  EXPECT_EQ(reached(nullptr), "10.0.1.254");
}

TEST(Meeting, IsOverTheFamilyAskedForWhereThereIsOne) {
  EXPECT_EQ(reached(&kOther, true), "fd00:1::fe");
  EXPECT_EQ(address_towards(&kServer, kNear, true)->to_string(), "10.0.1.1");
  EXPECT_FALSE(meeting_of(kNear, kServer, true));
  EXPECT_FALSE(address_towards(&kNear, host("h9")));
}

}  // namespace
}  // namespace flowbed
