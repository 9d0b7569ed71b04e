// The builders that Mininet users know give what Mininet 2.3.0 gives: observed by printing hosts(),
// switches() and links(sort=True, withInfo=True) of its topology classes.
#include <gtest/gtest.h>

#include "core/topo/builders.hh"

namespace flowbed {
namespace {

struct Expected {
  const char* spec;
  const char* nodes;
  const char* links;
};

std::string node_names(const Topology& t) {
  std::string text;
  for (const Node& node : t.nodes) text += (text.empty() ? "" : " ") + node.name;
  return text;
}

std::string link_names(const Topology& t) {
  std::string text;
  for (const Link& link : t.links)
    text += (text.empty() ? "" : " ") + link.a.interface + "<->" + link.b.interface;
  return text;
}

class MininetNumbering : public testing::TestWithParam<Expected> {};

TEST_P(MininetNumbering, IsTheSame) {
  const Topology t = complete(build_topology(GetParam().spec));
  EXPECT_EQ(node_names(t), GetParam().nodes);
  EXPECT_EQ(link_names(t), GetParam().links);
}

const Expected kExpected[] = {
    {"minimal", "h1 h2 s1", "h1-eth0<->s1-eth1 h2-eth0<->s1-eth2"},
    {"single,3", "h1 h2 h3 s1", "h1-eth0<->s1-eth1 h2-eth0<->s1-eth2 h3-eth0<->s1-eth3"},
    {"reversed,3", "h1 h2 h3 s1", "h1-eth0<->s1-eth3 h2-eth0<->s1-eth2 h3-eth0<->s1-eth1"},
    {"linear,3", "h1 h2 h3 s1 s2 s3",
     "h1-eth0<->s1-eth1 h2-eth0<->s2-eth1 h3-eth0<->s3-eth1 s2-eth2<->s1-eth2 s3-eth2<->s2-eth3"},
    {"linear,2,3", "h1s1 h1s2 h2s1 h2s2 h3s1 h3s2 s1 s2",
     "h1s1-eth0<->s1-eth1 h1s2-eth0<->s2-eth1 h2s1-eth0<->s1-eth2 h2s2-eth0<->s2-eth2 "
     "h3s1-eth0<->s1-eth3 h3s2-eth0<->s2-eth3 s2-eth4<->s1-eth4"},
    {"tree,1,3", "h1 h2 h3 s1", "s1-eth1<->h1-eth0 s1-eth2<->h2-eth0 s1-eth3<->h3-eth0"},
    {"tree,3,2", "h1 h2 h3 h4 h5 h6 h7 h8 s1 s2 s3 s4 s5 s6 s7",
     "s1-eth1<->s2-eth3 s1-eth2<->s5-eth3 s2-eth1<->s3-eth3 s2-eth2<->s4-eth3 s3-eth1<->h1-eth0 "
     "s3-eth2<->h2-eth0 s4-eth1<->h3-eth0 s4-eth2<->h4-eth0 s5-eth1<->s6-eth3 s5-eth2<->s7-eth3 "
     "s6-eth1<->h5-eth0 s6-eth2<->h6-eth0 s7-eth1<->h7-eth0 s7-eth2<->h8-eth0"},
    {"torus,3,3", "h1x1 h1x2 h1x3 h2x1 h2x2 h2x3 h3x1 h3x2 h3x3 s1x1 s1x2 s1x3 s2x1 s2x2 s2x3 s3x1 s3x2 s3x3",
     "h1x1-eth0<->s1x1-eth1 h1x2-eth0<->s1x2-eth1 h1x3-eth0<->s1x3-eth1 h2x1-eth0<->s2x1-eth1 "
     "h2x2-eth0<->s2x2-eth1 h2x3-eth0<->s2x3-eth1 h3x1-eth0<->s3x1-eth1 h3x2-eth0<->s3x2-eth1 "
     "h3x3-eth0<->s3x3-eth1 s1x1-eth2<->s1x2-eth2 s1x1-eth3<->s2x1-eth2 s1x2-eth3<->s1x3-eth2 "
     "s1x2-eth4<->s2x2-eth2 s1x3-eth3<->s1x1-eth4 s1x3-eth4<->s2x3-eth2 s2x1-eth3<->s2x2-eth3 "
     "s2x1-eth4<->s3x1-eth2 s2x2-eth4<->s2x3-eth3 s2x2-eth5<->s3x2-eth2 s2x3-eth4<->s2x1-eth5 "
     "s2x3-eth5<->s3x3-eth2 s3x1-eth4<->s1x1-eth5 s3x1-eth3<->s3x2-eth3 s3x2-eth5<->s1x2-eth5 "
     "s3x2-eth4<->s3x3-eth3 s3x3-eth5<->s1x3-eth5 s3x3-eth4<->s3x1-eth5"},
    {"torus,3,4,2",
     "h1x1x1 h1x1x2 h1x2x1 h1x2x2 h1x3x1 h1x3x2 h1x4x1 h1x4x2 h2x1x1 h2x1x2 h2x2x1 h2x2x2 h2x3x1 "
     "h2x3x2 h2x4x1 h2x4x2 h3x1x1 h3x1x2 h3x2x1 h3x2x2 h3x3x1 h3x3x2 h3x4x1 h3x4x2 s1x1 s1x2 s1x3 "
     "s1x4 s2x1 s2x2 s2x3 s2x4 s3x1 s3x2 s3x3 s3x4",
     "h1x1x1-eth0<->s1x1-eth1 h1x1x2-eth0<->s1x1-eth2 h1x2x1-eth0<->s1x2-eth1 "
     "h1x2x2-eth0<->s1x2-eth2 h1x3x1-eth0<->s1x3-eth1 h1x3x2-eth0<->s1x3-eth2 "
     "h1x4x1-eth0<->s1x4-eth1 h1x4x2-eth0<->s1x4-eth2 h2x1x1-eth0<->s2x1-eth1 "
     "h2x1x2-eth0<->s2x1-eth2 h2x2x1-eth0<->s2x2-eth1 h2x2x2-eth0<->s2x2-eth2 "
     "h2x3x1-eth0<->s2x3-eth1 h2x3x2-eth0<->s2x3-eth2 h2x4x1-eth0<->s2x4-eth1 "
     "h2x4x2-eth0<->s2x4-eth2 h3x1x1-eth0<->s3x1-eth1 h3x1x2-eth0<->s3x1-eth2 "
     "h3x2x1-eth0<->s3x2-eth1 h3x2x2-eth0<->s3x2-eth2 h3x3x1-eth0<->s3x3-eth1 "
     "h3x3x2-eth0<->s3x3-eth2 h3x4x1-eth0<->s3x4-eth1 h3x4x2-eth0<->s3x4-eth2 "
     "s1x1-eth3<->s1x2-eth3 s1x1-eth4<->s2x1-eth3 s1x2-eth4<->s1x3-eth3 s1x2-eth5<->s2x2-eth3 "
     "s1x3-eth4<->s1x4-eth3 s1x3-eth5<->s2x3-eth3 s1x4-eth4<->s1x1-eth5 s1x4-eth5<->s2x4-eth3 "
     "s2x1-eth4<->s2x2-eth4 s2x1-eth5<->s3x1-eth3 s2x2-eth5<->s2x3-eth4 s2x2-eth6<->s3x2-eth3 "
     "s2x3-eth5<->s2x4-eth4 s2x3-eth6<->s3x3-eth3 s2x4-eth5<->s2x1-eth6 s2x4-eth6<->s3x4-eth3 "
     "s3x1-eth5<->s1x1-eth6 s3x1-eth4<->s3x2-eth4 s3x2-eth6<->s1x2-eth6 s3x2-eth5<->s3x3-eth4 "
     "s3x3-eth6<->s1x3-eth6 s3x3-eth5<->s3x4-eth4 s3x4-eth6<->s1x4-eth6 s3x4-eth5<->s3x1-eth6"},
};

INSTANTIATE_TEST_SUITE_P(Topologies, MininetNumbering, testing::ValuesIn(kExpected));

TEST(MininetNumbering, PortsHaveTheNumbersInTheirNames) {
  const Topology t = complete(build_topology("reversed,3"));
  const Node& s1 = *t.find("s1");
  for (const Interface& i : s1.interfaces) EXPECT_EQ(i.name, "s1-eth" + std::to_string(*i.port));
}

TEST(MininetNumbering, TorusSwitchesHaveTheirPlaceAsDpid) {
  const Topology t = build_topology("torus,3,17");
  EXPECT_EQ(t.find("s1x1")->dpid, 0x101);
  EXPECT_EQ(t.find("s1x10")->dpid, 0x10a);
  EXPECT_EQ(t.find("s3x17")->dpid, 0x311);
}

}  // namespace
}  // namespace flowbed
