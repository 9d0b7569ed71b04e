#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/topo/json.hh"

namespace flowbed {
namespace {

std::string faults(const std::string& text) { return to_string(read_topology(text).faults); }

// With `members` beside the version.
std::string faults_in(const std::string& members) { return faults("{\"flowbed\": 1, " + members + "}"); }
std::string faults_in_node(const std::string& members) {
  return faults_in("\"nodes\": [{\"name\": \"n\", " + members + "}]");
}
std::string faults_in_link(const std::string& members) {
  return faults_in("\"links\": [{\"a\": {\"node\": \"x\"}, \"b\": {\"node\": \"y\"}, " + members + "}]");
}

// ---- text

TEST(JsonRead, MalformedTextIsReportedWithLineAndColumn) {
  EXPECT_EQ(faults("{\n  \"flowbed\": 1,\n  \"nodes\": }\n").substr(0, 18), "line 3, column 12:");
  EXPECT_EQ(faults("").substr(0, 17), "line 1, column 1:");
  EXPECT_EQ(faults("{\"n\": \"\xc3\xa4\xc3\xa4\" x").substr(0, 18), "line 1, column 12:")
      << "characters, not bytes";
  EXPECT_EQ(faults("{} {}").substr(0, 17), "line 1, column 4:");
  EXPECT_EQ(faults("{\"flowbed\": 1e999}"), "number overflow parsing '1e999'");
}

TEST(JsonRead, AMemberStandsOnce) {
  EXPECT_EQ(faults_in("\"nodes\": [{\"name\": \"a\"}, {\"name\": \"b\", \"name\": \"c\"}]"),
            "nodes[1].name: this stands twice in one object; remove one");
  EXPECT_EQ(faults_in("\"x-a\": {\"b\": [0, {\"c\": 1, \"c\": 2}]}"),
            "x-a.b[1].c: this stands twice in one object; remove one");
  EXPECT_EQ(faults_in("\"x-a\": [{\"c\": 1}, {\"c\": 2}], \"x-b\": {\"c\": {}}"), "");
}

TEST(JsonRead, DeepNestingIsRefused) {
  const auto nested = [](size_t depth) {
    return "\"x-a\": " + std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(faults_in(nested(90)), "");
  EXPECT_EQ(faults_in(nested(100000)), "it is nested deeper than 100 levels; flatten it");
}

// ---- structure

TEST(JsonRead, TheVersionIsDemanded) {
  EXPECT_EQ(faults("{}"), "flowbed: the version of the format is missing; write \"flowbed\": 1");
  EXPECT_EQ(faults("{\"flowbed\": 2}"),
            "flowbed: 2 is not a version of the format that this Flowbed knows; write 1, or use a newer one");
  EXPECT_EQ(faults("[]"), "[] is not an object; write { … }");
}

TEST(JsonRead, UnknownMembersAreFaultsWithASuggestion) {
  EXPECT_EQ(faults_in("\"ndoes\": []"), "ndoes: there is no such member; did you mean \"nodes\"?");
  EXPECT_EQ(faults_in_link("\"dealy\": \"1ms\""),
            "links[0].dealy: there is no such member; did you mean \"delay\"?");
  EXPECT_EQ(faults_in("\"layout\": {\"h1\": {\"x\": 1, \"y\": 2, \"colour\": 3}}"),
            "layout.h1.colour: there is no such member; valid: x, y");
  EXPECT_EQ(faults_in("\"o d\\u001bd\": 1").substr(0, 12), "\"o d\\x1bd\": ");
}

TEST(JsonRead, MembersOfOtherKindsOfNodesAreNamedAsSuch) {
  EXPECT_EQ(faults_in_node("\"dpid\": \"1\""), "nodes[0].dpid: only switches have this; remove it");
  EXPECT_EQ(faults_in_node("\"ports\": []"),
            "nodes[0].ports: here they are called \"interfaces\"; write that");
  EXPECT_EQ(faults_in_node("\"kind\": \"switch\", \"interfaces\": []"),
            "nodes[0].interfaces: here they are called \"ports\"; write that");
  EXPECT_EQ(faults_in_node("\"kind\": \"switch\", \"routes\": []"),
            "nodes[0].routes: only hosts and routers have this; remove it");
  EXPECT_EQ(faults_in_node("\"kind\": \"controller\", \"interfaces\": []"),
            "nodes[0].interfaces: only hosts, routers and switches have this; remove it");
}

TEST(JsonRead, WrongTypesAreNamedWithTheirPlace) {
  EXPECT_EQ(faults_in("\"nodes\": {}"), "nodes: {} is not a list; write [ … ]");
  EXPECT_EQ(faults_in("\"nodes\": [5]"), "nodes[0]: 5 is not an object; write { … }");
  EXPECT_EQ(faults_in("\"nodes\": [{}]"), "nodes[0].name: this is missing; give a string in double quotes");
  EXPECT_EQ(faults_in("\"links\": [{\"a\": {\"node\": \"x\"}}]"),
            "links[0].b: this is missing; give an object { … }");
  EXPECT_EQ(faults_in("\"options\": {\"ipv6\": \"yes\"}"), "options.ipv6: \"yes\" is not true or false");
  EXPECT_EQ(faults_in("\"layout\": []"), "layout: [] is not an object; write { … }");
}

// ---- values

TEST(JsonRead, ValuesAreExplained) {
  EXPECT_EQ(faults_in_link("\"delay\": \"10 parsecs\""),
            "links[0].delay: \"10 parsecs\" is not a time; write e.g. 10ms");
  EXPECT_EQ(faults_in_link("\"delay\": 10"), "links[0].delay: 10 is not a time; write e.g. 10ms");
  EXPECT_EQ(faults_in_link("\"rate\": \"10\""), "links[0].rate: \"10\" is not a rate; write e.g. 10Mbit");
  EXPECT_EQ(faults_in_link("\"loss\": 0.1"), "links[0].loss: 0.1 is not a share; write e.g. 1%");
  EXPECT_EQ(faults_in_link("\"mtu\": -1"), "links[0].mtu: -1 is not a whole number from 0 to 4294967295");
  EXPECT_EQ(faults_in_link("\"mtu\": 1.5"), "links[0].mtu: 1.5 is not a whole number from 0 to 4294967295");
  EXPECT_EQ(faults_in_node("\"kind\": \"hub\""),
            "nodes[0].kind: \"hub\" is not a kind of node; valid: host, router, switch, external-switch, "
            "controller");
  EXPECT_EQ(
      faults_in_node("\"interfaces\": [{\"addresses\": [\"10.0.0.1/8\", \"10.0.0.2\"]}]"),
      "nodes[0].interfaces[0].addresses[1]: \"10.0.0.2\" is not an address with the length of its network's "
      "prefix; write e.g. 10.0.0.1/8");
  EXPECT_EQ(faults_in_node("\"routes\": [{\"to\": \"everywhere\"}]").substr(0, 22), "nodes[0].routes[0].to:");
}

TEST(JsonRead, LongValuesAreCutInMessages) {
  const std::string text = faults_in_link("\"delay\": \"" + std::string(5000, 'x') + "\"");
  EXPECT_LT(text.size(), 150u);
}

TEST(JsonRead, AllFaultsComeAtOnce) {
  const auto result = load_topology(R"({"flowbed": 1, "optoins": {},
    "nodes": [{"name": "h1"}, {"name": "h1", "dpid": "5"}, {"name": "s1", "kind": "swtich"}],
    "links": [{"a": {"node": "h1"}, "b": {"node": "s9"}, "delay": "1 m", "loss": "1"}]})");
  EXPECT_EQ(to_string(result.faults),
            "nodes[1].dpid: only switches have this; remove it\n"
            "nodes[2].kind: \"swtich\" is not a kind of node; valid: host, router, switch, external-switch, "
            "controller\n"
            "links[0].delay: \"1 m\" is not a time; write e.g. 10ms\n"
            "links[0].loss: \"1\" is not a share; write e.g. 1%\n"
            "optoins: there is no such member; did you mean \"options\"?\n"
            "nodes[1].name: \"h1\" is the name of nodes[0] already; names must differ\n"
            "links[0].b.node: there is no node \"s9\"; did you mean \"s1\"?");
}

TEST(JsonRead, WhatCouldNotBeReadIsNotReportedAsMissingToo) {
  EXPECT_EQ(to_string(load_topology("{\"flowbed\": 1, \"nodes\": [{\"name\": 5}, 7]}").faults),
            "nodes[0].name: 5 is not a string in double quotes\n"
            "nodes[1]: 7 is not an object; write { … }");
}

TEST(JsonRead, DpidsAreHexadecimalOrNumbers) {
  const auto dpid = [](const std::string& text) {
    return read_topology("{\"flowbed\": 1, \"nodes\": [{\"name\": \"s\", \"kind\": \"switch\", \"dpid\": " +
                         text + "}]}")
        .topology.nodes.at(0)
        .dpid;
  };
  EXPECT_EQ(dpid("\"10\""), 16u);
  EXPECT_EQ(dpid("10"), 10u);
  EXPECT_EQ(dpid("\"ffffffffffffffff\""), UINT64_MAX);
  EXPECT_EQ(dpid("\"\""), std::nullopt);
  EXPECT_EQ(dpid("\"00000000000000001\""), std::nullopt);
  EXPECT_EQ(dpid("\"-1\""), std::nullopt);
}

}  // namespace
}  // namespace flowbed
