// What controllers are told of packets: why, by which rule, how much of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/slowpath/pipeline_rig.hh"
#include "tests/switchd/slowpath/random_frames.hh"

namespace flowbed::sw {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string reason(PacketInReason reason) { return "reason=" + std::to_string(static_cast<int>(reason)); }

class PipelinePacketInTest : public testing::Test, protected PipelineRig<> {
 protected:
  Lines told(const FrameSpec& spec = {}, int from = 1) {
    clear();
    send_frame(from, spec.build());
    Lines lines;
    for (const std::string& event : take_events()) {
      if (event.starts_with("packet-in")) lines.push_back(event);
    }
    return lines;
  }
};

const FrameSpec kLabelled{.labels = {16 << 12 | 60}};

TEST_F(PipelinePacketInTest, SaysWhyAndByWhichRule) {
  flow("table=0,cookie=5,actions=CONTROLLER:20");
  EXPECT_THAT(told(), ElementsAre(AllOf(HasSubstr(reason(PacketInReason::kApplyAction)),
                                        HasSubstr("max_len=20 id=0 table=0 cookie=5 in_port=1"))));
  flow("table=0,cookie=6,actions=load:3->NXM_NX_REG2[],write_metadata:4,goto_table:2");
  flow("table=2,priority=0,cookie=7,actions=CONTROLLER");
  EXPECT_THAT(told({}, 3), ElementsAre(AllOf(HasSubstr(reason(PacketInReason::kTableMiss)),
                                             HasSubstr("max_len=65535 id=0 table=2 cookie=7 in_port=3 "
                                                       "metadata=4 tun_id=0 reg2=3"))));
  flow("table=2,cookie=8,actions=write_actions(output:CONTROLLER)");
  EXPECT_THAT(told(),
              ElementsAre(AllOf(HasSubstr(reason(PacketInReason::kActionSet)), HasSubstr("cookie=8"))));
  group("group_id=1,type=all,bucket=CONTROLLER");
  flow("table=2,cookie=9,actions=group:1");
  EXPECT_THAT(told(), ElementsAre(AllOf(HasSubstr(reason(PacketInReason::kGroup)), HasSubstr("cookie=9"))));
  flow("actions=controller(max_len=9,reason=invalid_ttl,id=7)");
  EXPECT_THAT(told(), ElementsAre(AllOf(HasSubstr(reason(PacketInReason::kInvalidTtl)),
                                        HasSubstr("max_len=9 id=7"))));
}

TEST_F(PipelinePacketInTest, HasThePacketAsItIsThen) {
  flow("actions=CONTROLLER,set_field:00:00:00:00:00:05->eth_dst,push_vlan:0x8100,CONTROLLER");
  EXPECT_THAT(told(),
              testing::UnorderedElementsAre(AllOf(HasSubstr("vlan=0/0 "), HasSubstr(" 000000000001")),
                                            AllOf(HasSubstr("vlan=33024/0 "), HasSubstr(" 000000000005"))));
}

TEST_F(PipelinePacketInTest, APacketThatMayNotLiveOn) {
  flow("ip,cookie=3,actions=set_field:00:00:00:00:00:05->eth_dst,dec_ttl,2");
  EXPECT_THAT(told({.ttl = 1}),
              ElementsAre(AllOf(HasSubstr(reason(PacketInReason::kInvalidTtl)), HasSubstr("cookie=3"))));
  EXPECT_THAT(told({.ttl = 2}), IsEmpty());
  flow("ip,actions=dec_ttl(4,5)");
  EXPECT_THAT(told({.ttl = 0}), ElementsAre(HasSubstr("id=4"), HasSubstr("id=5")));
  flow("mpls,actions=dec_mpls_ttl");
  EXPECT_THAT(told({.labels = {16 << 12 | 1}}), ElementsAre(HasSubstr(reason(PacketInReason::kInvalidTtl))));
}

TEST_F(PipelinePacketInTest, AMissIsForControllersThatExpectOne) {
  EXPECT_THAT(told(), IsEmpty());
  slow_path.programs().punt_misses(bridge(), true);
  EXPECT_THAT(told(), ElementsAre(AllOf(HasSubstr("reason=0 miss"), HasSubstr("table=0 cookie=-1"))));
  flow("actions=resubmit(,1)");
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(PipelinePacketInTest, APortMayForbidIt) {
  flow("actions=CONTROLLER,2");
  slow_path.set_port_flags(port(1), kPortNoPacketIn);
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(sent(), ElementsAre(2));
}

TEST_F(PipelinePacketInTest, OfAPacketOutAndOfTheRulesItMeets) {
  flow("cookie=4,actions=CONTROLLER");
  packet_out(OfPort{2}, "CONTROLLER:9,output:TABLE", FrameSpec{}.build());
  EXPECT_THAT(take_events(),
              ElementsAre(AllOf(HasSubstr(reason(PacketInReason::kPacketOut)), HasSubstr("in_port=2")),
                          AllOf(HasSubstr(reason(PacketInReason::kApplyAction)), HasSubstr("cookie=4"))));
}

TEST_F(PipelinePacketInTest, AResubmitReturnsToTheRuleItCameFrom) {
  flow("in_port=1,cookie=3,actions=resubmit(,1),CONTROLLER");
  flow("table=1,priority=0,cookie=4,actions=CONTROLLER");
  EXPECT_THAT(told(),
              testing::UnorderedElementsAre(
                  AllOf(HasSubstr(reason(PacketInReason::kTableMiss)), HasSubstr("table=1 cookie=4")),
                  AllOf(HasSubstr(reason(PacketInReason::kApplyAction)), HasSubstr("table=0 cookie=3"))));
}

// After a recirculation as before it.
TEST_F(PipelinePacketInTest, WhoseActionsTheyAreOutlivesARecirculation) {
  flow("in_port=1,cookie=3,actions=resubmit(,1),CONTROLLER,write_actions(output:CONTROLLER)");
  flow("table=1,mpls,cookie=4,actions=pop_mpls:0x0800,dec_ttl,CONTROLLER");
  EXPECT_THAT(
      told(kLabelled),
      ElementsAre(AllOf(HasSubstr(reason(PacketInReason::kApplyAction)), HasSubstr("table=1 cookie=4")),
                  AllOf(HasSubstr(reason(PacketInReason::kApplyAction)), HasSubstr("table=0 cookie=3")),
                  AllOf(HasSubstr(reason(PacketInReason::kActionSet)), HasSubstr("table=0 cookie=3"))));
  flow(
      "mpls,priority=40000,actions=write_actions(pop_mpls:0x0800,set_field:00:00:00:00:00:05->eth_dst,"
      "output:CONTROLLER)");
  EXPECT_THAT(told(kLabelled), ElementsAre(HasSubstr(reason(PacketInReason::kActionSet))));
}

TEST_F(PipelinePacketInTest, FlowRemovedSaysWhy) {
  flow("priority=1,idle_timeout=1,send_flow_rem,actions=2");
  flow("priority=2,hard_timeout=1,actions=2");
  pass(1s);
  EXPECT_THAT(take_events(), testing::UnorderedElementsAre(HasSubstr("removed reason=0 table=0,priority=1"),
                                                           HasSubstr("removed reason=1 table=0,priority=2")));
}

}  // namespace
}  // namespace flowbed::sw
