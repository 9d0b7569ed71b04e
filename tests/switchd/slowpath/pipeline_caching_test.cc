// Cached flows go when what they were made by has changed, and tell apart all that rules tell apart: what the
// differential test once found.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/slowpath/pipeline_rig.hh"
#include "tests/switchd/slowpath/random_frames.hh"

namespace flowbed::sw {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class PipelineCachingTest : public testing::Test, protected PipelineRig<> {
 protected:
  explicit PipelineCachingTest(int bridges = 1) : PipelineRig<>(bridges) {}
  std::vector<int> ports(int from = 1, const FrameSpec& spec = {}) {
    clear();
    send_frame(from, spec.build());
    return sent();
  }
};

TEST_F(PipelineCachingTest, AClauseThatGoesOrChangesEndsItsConjunction) {
  flow("priority=10,conj_id=7,actions=2");
  flow("priority=10,ip,nw_src=10.0.0.1,actions=conjunction(7,1/2)");
  flow("priority=10,ip,nw_dst=10.0.0.2,actions=conjunction(7,2/2)");
  flow("priority=1,actions=5");
  EXPECT_THAT(ports(), ElementsAre(2));
  remove("ip,nw_src=10.0.0.1");
  EXPECT_THAT(ports(), ElementsAre(5));
  flow("priority=10,ip,nw_src=10.0.0.1,actions=conjunction(7,1/2)");
  EXPECT_THAT(ports(), ElementsAre(2));
  modify("table=0,ip,nw_dst=10.0.0.2,actions=conjunction(8,2/2)");
  EXPECT_THAT(ports(), ElementsAre(5));
  modify("table=0,ip,nw_dst=10.0.0.2,actions=conjunction(7,2/2)");
  EXPECT_THAT(ports(), ElementsAre(2));
}

TEST_F(PipelineCachingTest, AGroupThatOthersWatchDecidesForThem) {
  group("group_id=1,type=ff,bucket=watch_group:2,actions=output:2,bucket=watch_port:3,actions=output:3");
  flow("actions=group:1");
  EXPECT_THAT(ports(), ElementsAre(3));
  group("group_id=2,type=indirect,bucket=output:4");
  EXPECT_THAT(ports(), ElementsAre(2));
  group("group_id=2", GroupMod::Command::kDelete);
  EXPECT_THAT(ports(), ElementsAre(3));
}

TEST_F(PipelineCachingTest, ALearnedRuleIsMadeAgainByCachedPackets) {
  flow("actions=learn(table=1,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])");
  ports(1);
  ports(1);
  remove("table=1");
  ports(1);
  EXPECT_EQ(rules(1), 1u);
  ports(3);
  ports(3);
  ports(1);
  EXPECT_EQ(format_instructions(*pipeline().tables.select({.table = 1}).at(0)->instructions), "output:1");
}

TEST_F(PipelineCachingTest, WhatFindsNoRoomIsLearnedAsSoonAsThereIsSome) {
  pipeline().tables.table(1).limit = 1;
  flow("table=1,priority=1,actions=drop");
  flow("actions=learn(table=1,NXM_OF_ETH_SRC[]),2");
  for (int i = 0; i < 3; i++) EXPECT_THAT(ports(), ElementsAre(2));
  EXPECT_EQ(rules(1), 1u);
  flow("table=1,priority=1", FlowMod::Command::kDeleteStrict);
  ports();
  EXPECT_EQ(rules(1), 1u);
}

TEST_F(PipelineCachingTest, ANewRuleIsComparedWithWhatThePacketHasBecome) {
  flow("dl_dst=00:00:00:00:00:01,actions=set_field:00:00:00:00:00:03->eth_dst,goto_table:1");
  flow("table=1,priority=1,actions=5");
  EXPECT_THAT(ports(), ElementsAre(5));
  flow("table=1,priority=2,dl_dst=00:00:00:00:00:03,actions=3");
  EXPECT_THAT(ports(), ElementsAre(3));
}

// The address that is learned is the one that the rule wrote, and so is the one that is looked up.
TEST_F(PipelineCachingTest, LearningAnAddressThatWasWrittenConcernsTheVerdictOnIt) {
  flow("actions=set_field:00:00:00:00:00:09->eth_src,set_field:00:00:00:00:00:09->eth_dst,NORMAL");
  EXPECT_THAT(ports(), ElementsAre(2, 3, 4, 5));
  EXPECT_THAT(ports(), IsEmpty()) << "it lives where the packet comes from";
}

// The outer packet is flooded, and the inner one, which comes back to the slow path, teaches where the outer
// one's destination lives.
TEST_F(PipelineCachingTest, WhatARecirculatedPacketTeachesConcernsItsOwnFirstHalf) {
  flow("dl_type=0x88e7,actions=NORMAL,pop_pbb,set_field:00:00:00:00:00:01->eth_src,NORMAL");
  const FrameSpec backbone{.backbone = true};
  EXPECT_EQ(ports(3, backbone).size(), 8u);
  EXPECT_THAT(ports(3, backbone), IsEmpty()) << "the destination lives at port 3";
}

TEST_F(PipelineCachingTest, PushPbbTakesOverAllOfTheInnerService) {
  flow("dl_type=0x88e7,actions=push_pbb:0x88e7,2");
  ports(1, {.backbone = true, .service = 1});
  const FrameSpec urgent{.backbone = true, .service = 0xe0000001};
  ports(1, urgent);
  send_frame(1, urgent.build());
  EXPECT_EQ(frames().back().bytes.at(14), 0xe0);
}

// However far a packet gets in its recirculations, the next one gets as far.
TEST_F(PipelineCachingTest, EndlessRecirculationEndsAtTheSamePlaceAndSoon) {
  flow("ip,actions=2,copy_ttl_out,resubmit(,0)");
  const std::vector<int> first = ports();
  EXPECT_EQ(ports(), first);
  EXPECT_EQ(first.size(), UserspaceDatapath::kMaxNesting + 1);
}

TEST_F(PipelineCachingTest, BranchingRecirculationIsBounded) {
  group("group_id=1,type=all,bucket=resubmit(,1),bucket=resubmit(,1)");
  flow("ip,actions=group:1");
  flow("table=1,ip,actions=2,copy_ttl_out,resubmit(,0)");
  EXPECT_LE(ports().size(), 2 * UserspaceDatapath::kMaxRecirculations + 2);
  EXPECT_GT(slow_path.totals(port(1)).rx.dropped, 0u);
}

// What is used up is told as what it is, with what helps against that.
class ExcessTest : public PipelineCachingTest {
 protected:
  explicit ExcessTest(int bridges = 1) : PipelineCachingTest(bridges) {
    slow_path.set_warning_handler(
        [this](const std::string&, const std::string& message) { warnings_.push_back(message); });
  }
  void fill_frozen() {
    for (uint32_t i = 0; i < kMaxFrozen; i++) {
      FrozenPipeline other;
      other.bridge = 99;
      other.pipeline.f.metadata = i;
      interruptions().frozen.number_of(other);
    }
  }
  Interruptions& interruptions() { return const_cast<Interruptions&>(slow_path.interruptions()); }
  std::vector<std::string> warnings_;
};

TEST_F(ExcessTest, AResubmitLoop) {
  flow("ip,actions=resubmit(,0),resubmit(,0)");
  EXPECT_THAT(ports(), IsEmpty());
  EXPECT_THAT(warnings_,
              ElementsAre(AllOf(HasSubstr("a packet at s1 would be looked up more than 4096 times"),
                                HasSubstr("resubmit"), Not(HasSubstr("VLAN")))));
}

TEST_F(ExcessTest, APacketOfAController) {
  flow("ip,actions=resubmit(,0),resubmit(,0)");
  packet_out(OfPort{1}, "output:TABLE", FrameSpec{}.build());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("looked up more than 4096 times")));
}

TEST_F(ExcessTest, NumbersForRecirculationUsedUp) {
  fill_frozen();
  flow("ip,actions=copy_ttl_out,resubmit(,1)");
  EXPECT_THAT(ports(), IsEmpty());
  EXPECT_THAT(warnings_, ElementsAre(AllOf(HasSubstr("read anew"), HasSubstr("free again within a second"))));
  pass(1s);
  flow("table=1,actions=2");
  EXPECT_THAT(ports(), ElementsAre(2));
}

TEST_F(ExcessTest, NumbersForPacketInsUsedUp) {
  EXPECT_THAT(sw::describe(Excess{Excess::Cause::kPunts, &bridge()}),
              AllOf(HasSubstr("would be sent to a controller"), HasSubstr("there are 1048576"),
                    HasSubstr("free again within a second")));
}

class ExcessOfTwoTest : public ExcessTest {
 protected:
  ExcessOfTwoTest() : ExcessTest(2) {}
};

TEST_F(ExcessOfTwoTest, RulesThatSendAPacketToAndFro) {
  flow("actions=6,IN_PORT");
  flow("actions=IN_PORT", FlowMod::Command::kAdd, 2);
  ports();
  EXPECT_THAT(warnings_, ElementsAre(AnyOf(HasSubstr("through more than 4096 switches"),
                                           HasSubstr("looked up more than 4096 times"))));
}

class PipelineOfTwoTest : public PipelineCachingTest {
 protected:
  PipelineOfTwoTest() : PipelineCachingTest(2) {}
};

// A packet-out that comes back to its own bridge by way of the other: a normal switch calls that a loop.
TEST_F(PipelineOfTwoTest, ALoopThatBeganWithAPacketOutIsNamed) {
  std::string warning;
  slow_path.set_warning_handler([&](const std::string& cause, const std::string&) { warning = cause; });
  flow("actions=NORMAL,set_field:00:00:00:00:00:07->eth_src,6");
  flow("actions=IN_PORT", FlowMod::Command::kAdd, 2);
  packet_out(OfPort{1}, "output:TABLE", FrameSpec{}.build());
  send_frame(1, FrameSpec{}.build());
  EXPECT_EQ(warning, "s1 – s2 – s1");
  EXPECT_THAT(sent(), IsEmpty());
}

}  // namespace
}  // namespace flowbed::sw
