#include "core/topo/builders.hh"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

using testing::HasSubstr;

size_t count(const Topology& t, NodeKind kind) {
  size_t n = 0;
  for (const Node& node : t.nodes) n += node.kind == kind;
  return n;
}

std::string error_of(const std::string& spec) {
  try {
    build_topology(spec);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

bool is_connected(const Topology& t) {
  std::set<std::string> reached{t.nodes[0].name};
  for (size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const Link& link : t.links) {
      if (reached.contains(link.a.node)) reached.insert(link.b.node);
      if (reached.contains(link.b.node)) reached.insert(link.a.node);
    }
  }
  return reached.size() == t.nodes.size();
}

class EveryBuilder : public testing::TestWithParam<std::string> {};

TEST_P(EveryBuilder, GivesAValidConnectedNetworkWithALayout) {
  const Topology t = build_topology(GetParam());
  EXPECT_EQ(to_string(validate(t)), "");
  EXPECT_EQ(to_string(validate(complete(t))), "");
  EXPECT_TRUE(is_connected(t));
  EXPECT_EQ(t.layout.size(), t.nodes.size());
  std::set<std::pair<double, double>> places;
  for (const auto& [name, p] : t.layout)
    EXPECT_TRUE(places.emplace(p.x, p.y).second) << name << " covers another";
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const Builder& b : builders()) names.push_back(b.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Standard, EveryBuilder, testing::ValuesIn(all_names()),
                         [](const auto& parameter) { return parameter.param; });

// "mesh,2" has the fewest switches, "tree,3,1" only one child a switch.
INSTANTIATE_TEST_SUITE_P(Other, EveryBuilder,
                         testing::Values("single,1", "linear,1", "linear,4,3", "tree,3,1", "tree,2,5",
                                         "torus,3,5,3", "ring,3", "mesh,2", "star,1", "leafspine,1,1,1",
                                         "fattree,2", "fattree,6", "random,1", "random,30,5,2,7"));

TEST(Builders, TakePositionsAndNames) {
  const Topology t = build_topology("tree,2,3");
  EXPECT_EQ(t, build_topology("tree,depth=2,fanout=3"));
  EXPECT_EQ(t, build_topology("tree,fanout=3,depth=2"));
  EXPECT_EQ(t, build_topology("tree,2,fanout=3"));
  EXPECT_EQ(count(t, NodeKind::host), 9u);
}

TEST(Builders, AnUnknownOneListsTheValidOnes) {
  EXPECT_THAT(error_of("tre"), HasSubstr("there is no topology \"tre\"; did you mean \"tree\"?"));
  for (const std::string& name : all_names()) EXPECT_THAT(error_of("hexagon"), HasSubstr(name));
}

TEST(Builders, AnUnknownParameterListsTheValidOnes) {
  EXPECT_EQ(error_of("tree,dept=3"), "tree has no parameter \"dept\"; did you mean \"depth\"?");
  EXPECT_EQ(error_of("tree,width=3"), "tree has no parameter \"width\"; valid: depth, fanout");
}

TEST(Builders, ABadValueIsNamedWithItsBounds) {
  EXPECT_EQ(error_of("torus,2,3"),
            "torus: x (rows of switches) is \"2\", but must be a number from 3 to 255");
  EXPECT_THAT(error_of("single,many"), HasSubstr("k (hosts) is \"many\""));
  EXPECT_THAT(error_of("single,"), HasSubstr("is \"\""));
  EXPECT_THAT(error_of("single,-1"), HasSubstr("is \"-1\""));
  EXPECT_THAT(error_of("fattree,5"), HasSubstr("even number"));
}

TEST(Builders, TooManyOrRepeatedValuesAreRefused) {
  EXPECT_EQ(error_of("minimal,3"), "minimal takes at most 0 values: minimal");
  EXPECT_EQ(error_of("single,3,4"), "single takes at most 1 values: single,k=2");
  EXPECT_EQ(error_of("single,3,k=4"), "single: k is given twice; remove one");
}

TEST(Builders, ANetworkBeyondAllMeasureIsRefusedBeforeItIsBuilt) {
  EXPECT_THAT(error_of("tree,12,1000"), HasSubstr("choose smaller numbers"));
  EXPECT_THAT(error_of("linear,10000,10000"), HasSubstr("choose smaller numbers"));
}

TEST(Builders, RandomIsTheSameForTheSameSeed) {
  EXPECT_EQ(build_topology("random,20,4,1,9"), build_topology("random,20,4,1,9"));
  EXPECT_NE(build_topology("random,20,4,1,9").links, build_topology("random,20,4,1,10").links);
}

TEST(Builders, RandomHasTheDegreeAskedFor) {
  const Topology t = build_topology("random,switches=20,degree=4,hosts=2");
  EXPECT_EQ(t.links.size(), 20 * 2 + 20 * 4 / 2u);
  EXPECT_EQ(build_topology("random,switches=3,degree=100,hosts=0").links.size(), 3u)
      << "no more than all pairs";
}

// The seed decides the same network on every machine and in every version.
TEST(Builders, RandomIsFrozen) {
  const Topology t = build_topology("random,5,3,0,1");
  std::string links;
  for (const Link& link : t.links) links += link.a.node + "-" + link.b.node + " ";
  EXPECT_EQ(links, "s1-s2 s2-s3 s1-s4 s4-s5 s2-s4 s1-s3 s3-s5 ");
}

TEST(Builders, FatTreeHasItsShape) {
  const Topology t = build_topology("fattree,4");
  EXPECT_EQ(count(t, NodeKind::host), 16u);
  EXPECT_EQ(count(t, NodeKind::switch_), 20u);
  EXPECT_EQ(t.links.size(), 48u);
  for (const Node& node : complete(t).nodes) {
    if (!node.is_switch()) continue;
    EXPECT_EQ(node.interfaces.size(), 4u) << node.name;
  }
}

TEST(Builders, LeafSpineLinksEveryLeafToEverySpine) {
  const Topology t = complete(build_topology("leafspine,spines=3,leaves=2,hosts=4"));
  EXPECT_EQ(t.find("spine3")->interfaces.size(), 2u);
  EXPECT_EQ(t.find("leaf2")->interfaces.size(), 4 + 3u);
  EXPECT_EQ(t.find("leaf1")->dpid, 4u);
}

TEST(Builders, RunSpanningTreeWhereTheyMakeLoops) {
  for (const char* spec : {"torus", "ring", "mesh", "leafspine", "fattree", "random"})
    EXPECT_TRUE(runs_spanning_tree(build_topology(spec))) << spec;
  for (const char* spec : {"tree,3,3", "linear,5", "star", "single", "mesh,2", "leafspine,1,4", "random,1"})
    EXPECT_FALSE(runs_spanning_tree(build_topology(spec))) << spec;
}

}  // namespace
}  // namespace flowbed
