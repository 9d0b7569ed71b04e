#include "switchd/slowpath/pipeline/flow_tables.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/slowpath/pipeline/of_fault.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;
using enum FlowMod::Command;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class FlowTablesTest : public testing::Test {
 protected:
  FlowChanges apply(std::string_view text, FlowMod::Command command = kAdd, const auto&... change) {
    FlowMod mod = parse_flow(text, command);
    (change(mod), ...);
    return tables_.apply(mod, now_);
  }
  OfFaultKind fault(std::string_view text, FlowMod::Command command = kAdd) {
    try {
      apply(text, command);
    } catch (const OfFault& fault) {
      return fault.kind();
    }
    ADD_FAILURE() << text << " was not refused";
    return {};
  }
  Rule& rule(std::string_view text) {
    const FlowMod mod = parse_flow(text, kDeleteStrict);
    return *tables_.table(mod.table == kTableAll ? 0 : mod.table).find_same(mod.match, mod.priority);
  }
  // The priorities of all rules, oldest first.
  std::vector<int> priorities(std::string_view filter = "") {
    std::vector<int> all;
    for (const Rule* each : tables_.select(parse_filter(filter))) all.push_back(each->priority);
    return all;
  }
  void expire_after(Duration time) {
    now_ += time;
    tables_.expire(now_);
  }

  std::vector<std::pair<int, RemovalReason>> removed_;
  FlowTables tables_{{},
                     {.leaves_or_changes = [](Rule&) {},
                      .came = [](const Rule&) {},
                      .removed = [this](const Rule& rule,
                                        RemovalReason why) { removed_.emplace_back(rule.priority, why); }}};
  TimePoint now_{1h};
};

TEST_F(FlowTablesTest, AddingTheSameRuleAgainReplacesItSilently) {
  apply("priority=5,ip,idle_timeout=3,cookie=7,actions=1");
  rule("priority=5,ip").counter = {.packets = 9, .bytes = 90, .used = now_};
  now_ += 1s;
  apply("priority=5,ip,cookie=8,actions=2");
  EXPECT_EQ(tables_.size(), 1u);
  EXPECT_THAT(removed_, IsEmpty());
  EXPECT_EQ(rule("priority=5,ip").cookie, 8u);
  EXPECT_EQ(rule("priority=5,ip").created, now_);
  EXPECT_EQ(rule("priority=5,ip").counter.packets, 9u);
  EXPECT_FALSE(tables_.may_expire());
  apply("priority=5,ip,reset_counts,actions=2");
  EXPECT_EQ(rule("priority=5,ip").counter.packets, 0u);
}

TEST_F(FlowTablesTest, ModifyChangesInstructionsAndNothingElse) {
  apply("priority=5,ip,idle_timeout=3,cookie=7,actions=1");
  rule("priority=5,ip").counter.packets = 9;
  now_ += 1s;
  apply("table=0,ip,cookie=9,idle_timeout=5,actions=2", kModify);
  const Rule& changed = rule("priority=5,ip");
  EXPECT_EQ(format_instructions(*changed.instructions), "output:2");
  EXPECT_EQ(changed.cookie, 7u);
  EXPECT_EQ(changed.idle_timeout, 3);
  EXPECT_EQ(changed.counter.packets, 9u);
  EXPECT_EQ(changed.created, now_ - 1s);
  EXPECT_EQ(changed.modified, now_);
  apply("table=0,ip,reset_counts,actions=2", kModify);
  EXPECT_EQ(changed.counter.packets, 0u);
}

TEST_F(FlowTablesTest, AModifyThatFindsNothingAddsOnlyInOpenFlow10) {
  const auto old = [](bool on) { return [on](FlowMod& mod) { mod.modify_adds = on; }; };
  apply("table=0,priority=5,ip,actions=2", kModifyStrict, old(false));
  EXPECT_EQ(tables_.size(), 0u);
  apply("priority=5,ip,actions=2", kModifyStrict, old(true));
  EXPECT_THAT(priorities("table=0"), ElementsAre(5));
  apply("priority=5,ip,cookie=6,actions=2", kModifyStrict, old(true));
  EXPECT_EQ(rule("priority=5,ip").cookie, 6u);
}

TEST_F(FlowTablesTest, LooseSelectsWhatIsWithinTheMatchAndStrictOnlyTheSame) {
  apply("priority=1,actions=1");
  apply("priority=2,ip,actions=1");
  apply("priority=3,ip,nw_dst=10.0.0.0/8,actions=1");
  apply("priority=4,ip,nw_dst=10.1.0.0/16,actions=1");
  apply("priority=5,ip,nw_dst=11.0.0.0/8,actions=1");
  apply("table=3,priority=6,ip,nw_dst=10.0.0.1,actions=1");
  EXPECT_THAT(priorities("ip,nw_dst=10.0.0.0/8"), ElementsAre(3, 4, 6));
  EXPECT_THAT(priorities("table=0,ip,nw_dst=10.0.0.0/8"), ElementsAre(3, 4));
  EXPECT_THAT(priorities("ip,nw_dst=10.1.2.3"), IsEmpty());
  apply("priority=3,ip,nw_dst=10.1.0.0/16", kDeleteStrict);
  apply("priority=4,ip,nw_dst=10.0.0.0/8", kDeleteStrict);
  EXPECT_EQ(tables_.size(), 6u);
  apply("priority=3,ip,nw_dst=10.0.0.0/8", kDeleteStrict);
  EXPECT_THAT(priorities(), ElementsAre(1, 2, 4, 5, 6));
  apply("ip,nw_dst=10.0.0.0/8", kDelete);
  EXPECT_THAT(priorities(), ElementsAre(1, 2, 5));
  apply("", kDelete);
  EXPECT_EQ(tables_.size(), 0u);
  EXPECT_EQ(removed_.size(), 6u);
}

TEST_F(FlowTablesTest, CookiesSelectByTheirMask) {
  apply("priority=1,cookie=0x11,actions=1");
  apply("priority=2,cookie=0x12,actions=1");
  apply("priority=3,cookie=0x21,actions=1");
  EXPECT_THAT(priorities("cookie=0x10/0xf0"), ElementsAre(1, 2));
  apply("cookie=0x01/0x0f", kDelete);
  EXPECT_THAT(priorities(), ElementsAre(2));
  apply("priority=2,cookie=0x99/-1", kDeleteStrict);
  EXPECT_THAT(priorities(), ElementsAre(2));
}

TEST_F(FlowTablesTest, OutputsSelectWhatToDelete) {
  apply("priority=1,actions=1,2");
  apply("priority=2,actions=write_actions(output:2)");
  apply("priority=3,actions=3,group:2");
  apply("priority=4,actions=CONTROLLER:10");
  apply("priority=5,actions=enqueue:2:1");
  EXPECT_THAT(priorities("out_port=2"), ElementsAre(1, 2, 5));
  EXPECT_THAT(priorities("out_group=2"), ElementsAre(3));
  EXPECT_THAT(priorities("out_port=CONTROLLER"), ElementsAre(4));
  apply("priority=3,out_port=2", kDeleteStrict);
  apply("out_port=2", kDelete);
  EXPECT_THAT(priorities(), ElementsAre(3, 4));
}

TEST_F(FlowTablesTest, OverlapIsRefusedAmongEqualPriorities) {
  apply("priority=5,ip,nw_src=10.0.0.1,actions=1");
  EXPECT_EQ(fault("priority=5,ip,nw_dst=10.0.0.2,check_overlap,actions=2"), OfFaultKind::kOverlap);
  EXPECT_EQ(tables_.size(), 1u);
  apply("priority=6,ip,nw_dst=10.0.0.2,check_overlap,actions=2");
  apply("priority=5,ip,nw_src=10.0.0.2,check_overlap,actions=2");
  apply("priority=5,arp,check_overlap,actions=2");
  apply("priority=5,ip,nw_dst=10.0.0.2,actions=2");
  EXPECT_EQ(tables_.size(), 5u);
}

TEST_F(FlowTablesTest, RulesTimeOut) {
  apply("priority=1,idle_timeout=2,actions=1");
  apply("priority=2,hard_timeout=3,actions=1");
  apply("priority=3,idle_timeout=2,hard_timeout=4,actions=1");
  apply("priority=4,actions=1");
  expire_after(1999ms);
  EXPECT_THAT(removed_, IsEmpty());
  rule("priority=3").counter.used = now_;
  expire_after(1ms);
  EXPECT_THAT(removed_, ElementsAre(std::pair(1, RemovalReason::kIdleTimeout)));
  expire_after(1s);
  EXPECT_EQ(removed_.back(), std::pair(2, RemovalReason::kHardTimeout));
  rule("priority=3").counter.used = now_;
  expire_after(1s);
  EXPECT_EQ(removed_.back(), std::pair(3, RemovalReason::kHardTimeout));
  EXPECT_THAT(priorities(), ElementsAre(4));
  EXPECT_FALSE(tables_.may_expire());
}

TEST_F(FlowTablesTest, AFullTableRefusesOrEvictsTheLeastImportant) {
  tables_.table(0).limit = 3;
  apply("priority=1,importance=5,actions=1");
  apply("priority=2,importance=2,actions=1");
  apply("priority=3,importance=2,actions=1");
  EXPECT_EQ(fault("priority=4,actions=1"), OfFaultKind::kTableFull);
  apply("priority=3,importance=2,actions=2");
  apply("table=1,actions=1");
  tables_.table(0).evicts = true;
  apply("priority=4,importance=3,actions=1");
  EXPECT_THAT(removed_, ElementsAre(std::pair(2, RemovalReason::kEviction)));
  EXPECT_THAT(priorities("table=0"), UnorderedElementsAre(1, 3, 4));
}

TEST_F(FlowTablesTest, UsersOfGroupsAndMetersAreFound) {
  apply("priority=1,actions=group:7");
  apply("priority=2,actions=write_actions(group:7)");
  apply("priority=3,actions=group:8");
  apply("priority=4,actions=meter:7,1");
  tables_.remove_users_of_group(7);
  EXPECT_THAT(priorities(), ElementsAre(3, 4));
  EXPECT_EQ(removed_.back().second, RemovalReason::kGroupDelete);
  tables_.remove_users_of_meter(7);
  EXPECT_EQ(removed_.back(), std::pair(4, RemovalReason::kMeterDelete));
  tables_.remove_users_of_group(kGroupAll);
  EXPECT_EQ(tables_.size(), 0u);
}

TEST_F(FlowTablesTest, WhatWasLearnedGoesWithItsLastTeacher) {
  constexpr const char* kTeach = "learn(table=1,cookie=0x5,delete_learned,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[])";
  apply("priority=1,actions=" + std::string(kTeach));
  apply("priority=2,actions=1," + std::string(kTeach));
  apply("table=1,priority=11,cookie=5,actions=1");
  apply("table=1,priority=12,cookie=6,actions=1");
  apply("table=2,priority=13,cookie=5,actions=1");
  apply("table=0,priority=1", kDeleteStrict);
  EXPECT_EQ(tables_.size(), 4u);
  apply("table=0,priority=2,actions=drop", kModifyStrict);
  EXPECT_THAT(priorities(), ElementsAre(2, 12, 13));
  EXPECT_EQ(removed_.back(), std::pair(11, RemovalReason::kDelete));
}

// The learned rule is among those that go anyway.
TEST_F(FlowTablesTest, TeachersAndLearnedRulesMayGoTogether) {
  apply("priority=1,cookie=5,actions=learn(table=0,cookie=0x5,delete_learned,NXM_OF_ETH_SRC[])");
  apply("priority=2,cookie=5,actions=1");
  apply("", kDelete);
  EXPECT_EQ(tables_.size(), 0u);
  EXPECT_EQ(removed_.size(), 2u);
}

TEST_F(FlowTablesTest, EveryRequestTellsWhatItChanged) {
  constexpr const char* kTeach =
      "priority=1,actions=learn(table=1,cookie=0x5,delete_learned,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[])";
  EXPECT_EQ(apply(kTeach), (FlowChanges{.added = 1}));
  apply("table=1,priority=11,cookie=5,actions=1");
  apply("table=1,priority=12,cookie=5,actions=1");
  EXPECT_EQ(apply(kTeach), (FlowChanges{.changed = 1})) << "taught on";
  EXPECT_EQ(apply("table=0,actions=drop", kModify), (FlowChanges{.changed = 1, .removed = 2}));
  EXPECT_EQ(apply("table=0,arp,actions=drop", kModify), FlowChanges{});
  EXPECT_EQ(apply("priority=2,actions=conjunction(7,1/2)"), (FlowChanges{.added = 1}));
  EXPECT_EQ(apply("table=0,actions=conjunction(7,2/2)", kModify), (FlowChanges{.changed = 2}));
  apply(kTeach);
  apply("table=1,priority=11,cookie=5,actions=1");
  EXPECT_EQ(apply("table=0", kDelete), (FlowChanges{.removed = 3}));
  EXPECT_EQ(tables_.size(), 0u);
  tables_.table(0).limit = 1;
  tables_.table(0).evicts = true;
  apply("priority=1,actions=1");
  EXPECT_EQ(apply("priority=2,actions=1"), (FlowChanges{.added = 1, .removed = 1}));
}

TEST_F(FlowTablesTest, RefusalsNameTheTableAndTheNextStep) {
  const auto message = [this](const std::string& text) -> std::string {
    try {
      apply(text);
    } catch (const OfFault& fault) {
      return fault.what();
    }
    return "not refused";
  };
  apply("table=3,priority=7,ip,cookie=9,actions=1");
  EXPECT_THAT(message("table=3,priority=7,check_overlap,actions=1"),
              AllOf(HasSubstr("table 3"), HasSubstr("priority, 7"), HasSubstr("cookie 9")));
  tables_.table(3).limit = 1;
  EXPECT_THAT(message("table=3,actions=1"), AllOf(HasSubstr("table 3 is full"), HasSubstr("takes 1;")));
}

}  // namespace
}  // namespace flowbed::sw
