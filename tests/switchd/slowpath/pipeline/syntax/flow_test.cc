#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "tests/switchd/slowpath/pipeline/syntax/syntax_faults.hh"

namespace flowbed::sw {
namespace {

using testing::HasSubstr;
using enum FlowMod::Command;

std::string fault(std::string_view text, FlowMod::Command command = kAdd) {
  return fault_of([&] { parse_flow(text, command); });
}

TEST(FlowText, SaysEverythingOfARule) {
  const FlowMod flow = parse_flow(
      "table=3,priority=100,ip,nw_dst=10.0.0.0/8,idle_timeout=10,hard_timeout=20,importance=7,cookie=0x1,"
      "send_flow_rem,check_overlap,actions=dec_ttl,output:2",
      kAdd);
  EXPECT_EQ(flow.command, kAdd);
  EXPECT_EQ(flow.table, 3);
  EXPECT_EQ(flow.priority, 100);
  EXPECT_EQ(flow.idle_timeout, 10);
  EXPECT_EQ(flow.hard_timeout, 20);
  EXPECT_EQ(flow.importance, 7);
  EXPECT_EQ(flow.cookie, 1u);
  EXPECT_EQ(flow.flags, kFlowSendRemoved | kFlowCheckOverlap);
  EXPECT_EQ(flow.match, parse_match("ip,nw_dst=10.0.0.0/8"));
  EXPECT_EQ(flow.instructions.apply.size(), 2u);
}

TEST(FlowText, HasTheUsualValues) {
  const FlowMod flow = parse_flow("actions=NORMAL", kAdd);
  EXPECT_EQ(flow.table, 0);
  EXPECT_EQ(flow.priority, 0x8000);
  EXPECT_EQ(flow.match, Match{});
  EXPECT_EQ(parse_flow("actions=drop", kModify).table, kTableAll);
  EXPECT_EQ(parse_flow("", kDelete).table, kTableAll);
}

TEST(FlowText, IsFormattedAsDumpFlowsDoes) {
  const FlowMod flow = parse_flow("priority=10,ip,nw_dst=10.0.0.2,actions=output:2", kAdd);
  EXPECT_EQ(format_flow(flow, RuleCounts{.duration_s = 3.2, .packets = 5, .bytes = 490, .idle_age_s = 1}),
            "cookie=0x0, duration=3.2s, table=0, n_packets=5, n_bytes=490, idle_age=1, "
            "priority=10,ip,nw_dst=10.0.0.2 actions=output:2");
  EXPECT_EQ(format_rule(parse_flow("actions=NORMAL", kAdd)), "actions=NORMAL");
  EXPECT_EQ(format_flow(parse_flow("idle_timeout=5,send_flow_rem,priority=0,actions=drop", kAdd)),
            "cookie=0x0, table=0, idle_timeout=5, send_flow_rem, priority=0 actions=drop");
}

TEST(FlowText, WhatDumpFlowsPrintsCanBeAdded) {
  const FlowMod flow = parse_flow(
      " cookie=0x5, duration=52.8s, table=2, n_packets=7, n_bytes=490, idle_age=3, priority=1,in_port=1 "
      "actions=output:2\n",
      kAdd);
  EXPECT_EQ(format_flow(flow), "cookie=0x5, table=2, priority=1,in_port=1 actions=output:2");
}

TEST(FlowText, SelectsRulesToDelete) {
  const FlowMod flow = parse_flow("table=1,ip,out_port=3,out_group=4,cookie=0x10/0xf0", kDelete);
  EXPECT_EQ(flow.table, 1);
  EXPECT_EQ(flow.out_port, OfPort{3});
  EXPECT_EQ(flow.out_group, 4u);
  EXPECT_EQ(flow.cookie, 0x10u);
  EXPECT_EQ(flow.cookie_mask, 0xf0u);
  EXPECT_EQ(parse_flow("cookie=5", kDelete).cookie_mask, ~uint64_t{0});
  EXPECT_EQ(parse_flow("cookie=5/-1", kDeleteStrict).cookie_mask, ~uint64_t{0});
  EXPECT_EQ(parse_flow("priority=5,ip", kDeleteStrict).priority, 5);
  EXPECT_EQ(parse_flow("cookie=5,actions=drop", kModify).cookie_mask, 0u);
}

TEST(FlowText, FiltersWhatIsShown) {
  const FlowFilter filter = parse_filter("tcp,cookie=1,out_port=LOCAL");
  EXPECT_EQ(filter.table, kTableAll);
  EXPECT_EQ(filter.out_port, kOfPortLocal);
  EXPECT_EQ(filter.cookie_mask, ~uint64_t{0});
  EXPECT_EQ(filter.match, parse_match("tcp"));
}

TEST(FlowText, FaultsSayWhatToDo) {
  EXPECT_THAT(fault("ip"), HasSubstr("flow: actions= is missing; write e.g."));
  EXPECT_THAT(fault("prioritty=5,actions=drop"), HasSubstr("did you mean \"priority\"?"));
  EXPECT_THAT(fault("priority=65536,actions=drop"), HasSubstr("takes a number from 0 to 65535"));
  EXPECT_THAT(fault("table=254,actions=drop"), HasSubstr("takes a number from 0 to 253"));
  EXPECT_THAT(fault("table=all,actions=drop"), HasSubstr("names no table"));
  EXPECT_THAT(fault("send_flow_rem=1,actions=drop"), HasSubstr("is a word without a value"));
  EXPECT_THAT(fault("cookie=1/1,actions=drop"), HasSubstr("has a mask"));
  EXPECT_THAT(fault("out_port=1,actions=drop"), HasSubstr("selects rules to delete"));
  EXPECT_THAT(fault("priority=5", kDelete), HasSubstr("counts only for adding and in strict commands"));
  EXPECT_THAT(fault("idle_timeout=5", kDelete), HasSubstr("means nothing here"));
  EXPECT_THAT(fault("actions=drop", kDelete), HasSubstr("not selected by their actions"));
  EXPECT_THAT(fault_of([] { parse_filter("ip,priority=1"); }), HasSubstr("\"priority=1\""));
}

}  // namespace
}  // namespace flowbed::sw
