#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/cli/format.hh"
#include "core/cli/point_at.hh"

namespace flowbed {
namespace {

TEST(FormatOpenFlow, WritesARuleALine) {
  const Json answer = {{"rules", {{{"text", "cookie=0x0, …"}}, {{"text", "cookie=0x1, …"}}}},
                       {"rules_not_shown", 1}};
  EXPECT_EQ(format_answer("flows", answer),
            " cookie=0x0, …\n cookie=0x1, …\n … and 1 rule more; a filter selects\n");
}

TEST(FormatOpenFlow, WritesTables) {
  EXPECT_EQ(
      format_answer("tables", {{"tables", {{{"table", 0}, {"rules", 2}, {"lookups", 15}, {"matches", 14}}}}}),
      "table  rules  lookups  matches\n0      2      15       14\n");
}

TEST(FormatOpenFlow, WritesGroupsWithTheirBuckets) {
  const Json group = {{"text", "group_id=1,type=all"},
                      {"packets", 3},
                      {"bytes", 300},
                      {"duration_s", 1.25},
                      {"references", 1},
                      {"buckets", {{{"packets", 3}, {"bytes", 300}}}}};
  EXPECT_EQ(format_answer("groups", {{"groups", {group}}}),
            " group_id=1,type=all\n   3 packets, 300 bytes in 1.2 s; 1 reference\n"
            "   bucket 0: 3 packets, 300 bytes\n");
}

TEST(FormatOpenFlow, SaysWhatAChangeDid) {
  EXPECT_EQ(format_answer("add-flow", Json::object()), "");
  EXPECT_EQ(format_answer("mod-flows", {{"changed", 2}, {"added", 0}}), "*** Changed 2 rules\n");
  EXPECT_EQ(format_answer("mod-flows", {{"changed", 0}, {"added", 1}}),
            "*** No rule matched; it was added\n");
  EXPECT_EQ(format_answer("del-flows", {{"deleted", 1}}), "*** Deleted 1 rule\n");
  EXPECT_EQ(format_answer("del-groups", {{"deleted", 1}, {"rules_deleted", 2}}),
            "*** Deleted 1 group and 2 rules\n");
}

TEST(FormatTrace, IndentsWhatHappensWithin) {
  const Json answer = {{"input", "in_port(s1-eth1)"},
                       {"steps",
                        {{{"switch", "s1"}, {"depth", 0}, {"text", "group 1 (all)"}},
                         {{"switch", "s1"}, {"depth", 1}, {"text", "leaves by s1-eth2"}}}},
                       {"looked_at", "in_port"},
                       {"megaflow", "in_port(s1-eth1)"},
                       {"actions", "output(s1-eth2)"},
                       {"answered_by", "slow path"}};
  EXPECT_EQ(format_answer("trace", answer),
            "packet:       in_port(s1-eth1)\n  s1: group 1 (all)\n  s1:   leaves by s1-eth2\n"
            "looked at:    in_port\nmegaflow:     in_port(s1-eth1)\nactions:      output(s1-eth2)\n"
            "answered by:  slow path\n");
}

TEST(FormatTrace, FollowsRecirculation) {
  const Json flow = {{"looked_at", "in_port"},
                     {"megaflow", "recirculation(1)"},
                     {"actions", "drop"},
                     {"answered_by", "emc"}};
  Json answer = flow;
  answer["input"] = "in_port(s1-eth1)";
  answer["steps"] = Json::array();
  answer["recirculated"] = Json::array({flow});
  const std::string once =
      "looked at:    in_port\nmegaflow:     recirculation(1)\nactions:      drop\nanswered by:  emc\n";
  EXPECT_EQ(format_answer("trace", answer),
            "packet:       in_port(s1-eth1)\n" + once + "then, recirculated:\n" + once);
}

TEST(PointAt, MarksThePieceInTheText) {
  EXPECT_EQ(point_at("flow: \"nw_dsst=1\": is none", "ip,nw_dsst=1,actions=drop"),
            "flow: \"nw_dsst=1\": is none\n  ip,nw_dsst=1,actions=drop\n     ^~~~~~~~~");
  EXPECT_EQ(point_at("flow: \"output:\"x\"\": is none", "ip,actions=output:\"x\""),
            "flow: \"output:\"x\"\": is none\n  ip,actions=output:\"x\"\n             ^~~~~~~~~~");
}

TEST(PointAt, LeavesOtherFaultsAlone) {
  for (const char* fault : {"there is no group 7", "flow: \"x\": is none", "a \"b\" c", "\"\": nothing"})
    EXPECT_EQ(point_at(fault, "ip,actions=drop"), fault);
  EXPECT_EQ(point_at("flow: \"ip\": is none", "ip"), "flow: \"ip\": is none");
}

}  // namespace
}  // namespace flowbed
