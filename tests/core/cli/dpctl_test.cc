#include "core/cli/dpctl.hh"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "core/cli/format_dpctl.hh"
#include "core/topo/builders.hh"
#include "tests/core/cli/shell_rig.hh"

namespace flowbed {
namespace {

using ::testing::HasSubstr;

const std::string kLine = std::string(72, '-') + "\n";

// Two switches that answer what the test gives.
class DpctlTest : public ::testing::Test, protected ShellRig {
 protected:
  DpctlTest() : ShellRig(complete(build_topology("linear,2"))) {
    network_.answers_["flows"] = {
        {"switch", "s1"}, {"rules", {{{"text", "cookie=0x0, actions=NORMAL"}}}}, {"rules_not_shown", 0}};
  }
  bool run(const std::string& line) { return shell().execute("dpctl " + line); }
};

TEST_F(DpctlTest, AsksAllSwitchesAsMininetDoes) {
  EXPECT_TRUE(run("dump-flows"));
  EXPECT_EQ(results_, "*** s1 " + kLine + " cookie=0x0, actions=NORMAL\n*** s2 " + kLine +
                          " cookie=0x0, actions=NORMAL\n");
}

TEST_F(DpctlTest, AsksOneThatIsNamed) {
  EXPECT_TRUE(run("dump-flows s2 table=0, ip"));
  EXPECT_EQ(results_, " cookie=0x0, actions=NORMAL\n");
  ASSERT_EQ(network_.calls_.size(), 1u);
  EXPECT_EQ(network_.calls_[0].second, (Json{{"switch", "s2"}, {"filter", "table=0, ip"}}));
}

TEST_F(DpctlTest, TakesOptionsOfOvsOfctl) {
  EXPECT_TRUE(run("-O OpenFlow13 --strict mod-flows s1 priority=1,actions=output:2"));
  EXPECT_TRUE(run("add-flow s1 \"in_port=1 actions=output:2\" -OOpenFlow13"));
  EXPECT_EQ(network_.calls_[0].second,
            (Json{{"switch", "s1"}, {"strict", true}, {"flow", "priority=1,actions=output:2"}}));
  EXPECT_EQ(network_.calls_[1].second, (Json{{"switch", "s1"}, {"flow", "in_port=1 actions=output:2"}}));
}

TEST_F(DpctlTest, AnswersInJson) {
  EXPECT_TRUE(run("dump-flows --json"));
  EXPECT_EQ(Json::parse(results_).at("s2").at("rules").size(), 1u);
}

TEST_F(DpctlTest, AddsTheFlowsOfAFile) {
  const std::string path = ::testing::TempDir() + "flowbed-dpctl-flows";
  std::ofstream(path)
      << "# everything from port 1\n\nin_port=1,actions=2  # to port 2\n in_port=2,actions=1\n";
  EXPECT_TRUE(run("add-flows s2 " + path));
  ASSERT_EQ(network_.calls_.size(), 2u);
  EXPECT_EQ(network_.calls_[0].first, "add-flow");
  EXPECT_EQ(network_.calls_[1].second, (Json{{"switch", "s2"}, {"flow", "in_port=2,actions=1"}}));
  std::filesystem::remove(path);
  EXPECT_FALSE(run("add-flows s2 " + path));
  EXPECT_THAT(messages_, HasSubstr("cannot read " + path + ": No such file"));
}

TEST_F(DpctlTest, AddsUpWhatRulesHaveCounted) {
  network_.answers_["flows"]["totals"] = {{"packets", 7}, {"bytes", 340}, {"rules", 20'001}};
  EXPECT_TRUE(run("dump-aggregate s1"));
  EXPECT_EQ(results_, " packet_count=7 byte_count=340 flow_count=20001\n") << "those that are not shown, too";
}

TEST_F(DpctlTest, SaysWhatItDoesNotKnow) {
  EXPECT_FALSE(run("dumpflows"));
  EXPECT_THAT(messages_, HasSubstr("there is no command \"dumpflows\"; did you mean \"dump-flows\"?"));
  EXPECT_FALSE(run(""));
  EXPECT_FALSE(run("add-flow"));
  EXPECT_THAT(messages_, HasSubstr("*** Error: add flow: FLOW is missing"));
}

Json counted(uint64_t packets, uint64_t bytes) {
  return {{"packets", packets}, {"bytes", bytes}, {"dropped", 0}};
}

TEST(FormatDpctl, WritesPorts) {
  const Json answer = {{"switch", "s1"},
                       {"dpid", "0000000000000001"},
                       {"ports",
                        {{{"name", "s1-eth1"},
                          {"number", 1},
                          {"up", true},
                          {"config", {"NO_FLOOD"}},
                          {"address", "02:00:00:00:00:01"},
                          {"rx", counted(5, 490)},
                          {"tx", counted(6, 588)}}}}};
  EXPECT_EQ(dpctl_ports(answer),
            "  port  1(s1-eth1): rx pkts=5, bytes=490, drop=0, errs=0, frame=0, over=0, crc=0\n"
            "           tx pkts=6, bytes=588, drop=0, errs=0, coll=0\n");
  EXPECT_EQ(dpctl_show(answer),
            "dpid:0000000000000001\nn_tables:254\n 1(s1-eth1): addr:02:00:00:00:00:01\n"
            "     config:     NO_FLOOD\n     state:      LIVE\n");
}

TEST(FormatDpctl, WritesTables) {
  const Json table = {{"table", 1},   {"name", ""},   {"rules", 2},
                      {"lookups", 7}, {"matches", 5}, {"max_rules", 10}};
  EXPECT_EQ(dpctl_tables({{"tables", {table}}}),
            "  table 1:\n    active=2, lookup=7, matched=5\n    max_entries=10\n");
}

TEST(FormatDpctl, WritesStatisticsOfGroupsAndMeters) {
  Json group = counted(3, 300), meter = counted(4, 400);
  group.update({{"group", 1},
                {"duration_s", 1.5},
                {"references", 2},
                {"text", "group_id=1"},
                {"buckets", {counted(1, 100), counted(2, 200)}}});
  EXPECT_EQ(dpctl_group_stats({{"groups", {group}}}),
            " group_id=1,duration=1.500s,ref_count=2,packet_count=3,byte_count=300,"
            "bucket0:packet_count=1,byte_count=100,bucket1:packet_count=2,byte_count=200\n");
  EXPECT_EQ(dpctl_texts_of_groups({{"groups", {group}}}), " group_id=1\n");
  meter.update({{"meter", 1},
                {"duration_s", 1.5},
                {"references", 2},
                {"text", "meter=1"},
                {"bands", {counted(1, 9)}}});
  EXPECT_EQ(dpctl_meter_stats({{"meters", {meter}}}),
            " meter:1 flow_count:2 packet_in_count:4 byte_in_count:400 duration:1.500s bands:\n"
            " 0: packet_count:1 byte_count:9\n");
}

}  // namespace
}  // namespace flowbed
