// Which way rules and groups send packets, and what is counted on it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/slowpath/pipeline/of_fault.hh"
#include "tests/switchd/slowpath/pipeline_rig.hh"
#include "tests/switchd/slowpath/random_frames.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PipelineRulesTest : public testing::Test, protected PipelineRig<> {
 protected:
  std::vector<int> ports(int from = 1, const FrameSpec& spec = {}) {
    clear();
    send_frame(from, spec.build());
    return sent();
  }
  std::vector<int> out(OfPort from, std::string_view actions) {
    clear();
    packet_out(from, actions, FrameSpec{}.build());
    return sent();
  }
};

TEST_F(PipelineRulesTest, ReservedPorts) {
  slow_path.set_port_flags(port(4), kPortNoFlood);
  const auto by = [this](const std::string& actions) {
    flow("actions=" + actions);
    return ports();
  };
  EXPECT_THAT(by("ALL"), ElementsAre(2, 3, 4, 5));
  EXPECT_THAT(by("FLOOD"), ElementsAre(2, 3, 5));
  EXPECT_THAT(by("IN_PORT"), ElementsAre(1));
  EXPECT_THAT(by("output:1"), IsEmpty()) << "only IN_PORT sends back";
  EXPECT_THAT(by("load:0->NXM_OF_IN_PORT[],output:1"), ElementsAre(1)) << "unless the rule hides where from";
  EXPECT_THAT(by("NORMAL"), ElementsAre(2, 3, 5));
  EXPECT_THAT(by("LOCAL"), IsEmpty());
  EXPECT_THAT(by("9"), IsEmpty());
  EXPECT_THAT(by("TABLE"), IsEmpty()) << "is for packet-outs";
  EXPECT_THAT(by("2,enqueue:3:1,set_queue:1,output:5"), ElementsAre(2, 3, 5));
  link(2, false);
  EXPECT_THAT(by("2,3"), ElementsAre(3));
  EXPECT_THAT(by("ALL"), ElementsAre(3, 4, 5));
  EXPECT_EQ(slow_path.totals(port(2)).tx.dropped, 1u);
}

TEST_F(PipelineRulesTest, PacketOuts) {
  flow("in_port=2,actions=3");
  flow("priority=1,actions=4");
  EXPECT_THAT(out(OfPort{2}, "output:TABLE"), ElementsAre(3));
  EXPECT_THAT(out(kOfPortController, "output:TABLE"), ElementsAre(4));
  EXPECT_THAT(out(kOfPortController, "ALL"), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(out(OfPort{2}, "ALL"), ElementsAre(1, 3, 4, 5));
  EXPECT_THAT(out(OfPort{2}, "IN_PORT,2"), ElementsAre(2));
  EXPECT_THAT(out(OfPort{2}, "push_vlan:0x8100,set_field:3->vlan_vid,output:5"), ElementsAre(5));
  EXPECT_EQ(rule_counter("in_port=2").packets, 1u);
}

// What is below a label is known only after the packet was read anew; it goes to the tables all the same.
TEST_F(PipelineRulesTest, APacketOutGoesToTheTablesAfterRecirculation) {
  flow("tcp,actions=3");
  packet_out(OfPort{1}, "pop_mpls:0x0800,output:TABLE,output:2",
             FrameSpec{.labels = {16 << 12 | 60}}.build());
  EXPECT_THAT(sent(), ElementsAre(2, 3));
}

TEST_F(PipelineRulesTest, ATableWithoutARuleForThePacketDropsItAndItsActionSet) {
  flow("actions=2,write_actions(output:3),goto_table:1");
  EXPECT_THAT(ports(), ElementsAre(2));
  flow("actions=2,resubmit(,1),write_actions(output:3)");
  EXPECT_THAT(ports(), ElementsAre(2, 3)) << "a resubmit only finds nothing";
  flow("table=1,priority=0,actions=drop");
  flow("actions=2,write_actions(output:3),goto_table:1");
  EXPECT_THAT(ports(), ElementsAre(2, 3));
}

TEST_F(PipelineRulesTest, MetadataGoesFromTableToTable) {
  flow("actions=write_metadata:0xf5/0xff,goto_table:1");
  flow("table=1,metadata=0x5/0xf,actions=write_metadata:0/0xf0,goto_table:2");
  flow("table=2,metadata=0x5,actions=4");
  EXPECT_THAT(ports(), ElementsAre(4));
}

TEST_F(PipelineRulesTest, ResubmitPretendsItsPortForTheLookupOnly) {
  flow("in_port=1,actions=resubmit(3,1),resubmit(,2)");
  flow("table=1,in_port=3,actions=IN_PORT,3,resubmit(,2)");
  flow("table=2,in_port=1,actions=2");
  EXPECT_THAT(ports(), testing::UnorderedElementsAre(1, 2, 2, 3));
}

TEST_F(PipelineRulesTest, ExitEndsEverythingAndLoopsEnd) {
  flow("actions=2,resubmit(,1),3,write_actions(output:4)");
  flow("table=1,actions=5,exit,4");
  EXPECT_THAT(ports(), ElementsAre(2, 5));
  flow("table=1,actions=resubmit(,1)");
  EXPECT_THAT(ports(), ElementsAre(2, 3, 4));
}

TEST_F(PipelineRulesTest, ConjunctionsNeedAllTheirClauses) {
  flow("priority=10,conj_id=7,actions=2");
  for (const char* source : {"1", "2"})
    flow("priority=10,ip,nw_src=10.0.0." + std::string(source) + ",actions=conjunction(7,1/2)");
  for (const char* destination : {"3", "4"})
    flow("priority=10,ip,nw_dst=10.0.0." + std::string(destination) + ",actions=conjunction(7,2/2),note:01");
  flow("priority=5,actions=5");
  for (unsigned source = 1; source <= 3; source++) {
    for (unsigned destination = 2; destination <= 4; destination++) {
      const bool both = source <= 2 && destination >= 3;
      EXPECT_THAT(ports(1, {.source = source, .destination = destination}), ElementsAre(both ? 2 : 5));
    }
  }
  flow("priority=11,ip,nw_src=10.0.0.1,actions=4");
  EXPECT_THAT(ports(1, {.source = 1, .destination = 3}), ElementsAre(4));
}

// The clauses match a packet that has the id, too.
TEST_F(PipelineRulesTest, WhoAsksForAConjunctionIsFoundAmongClausesOfThatPriority) {
  flow("priority=10,ip,nw_src=10.0.0.0/24,actions=conjunction(7,1/2)");
  flow("priority=10,tcp,tp_dst=80,actions=conjunction(7,2/2)");
  flow("priority=10,conj_id=7,ip,actions=2");
  flow("priority=5,actions=5");
  EXPECT_THAT(ports(1, {.source = 1, .dport = 80}), ElementsAre(2));
  EXPECT_THAT(ports(1, {.source = 1, .dport = 81}), ElementsAre(5));
}

TEST_F(PipelineRulesTest, OfTwoOutputsOfABucketTheLaterOneCounts) {
  group(
      "group_id=1,type=all,bucket=output:2,output:3,bucket=load:1->NXM_NX_REG0[],load:4->NXM_NX_REG1[],"
      "output:4");
  flow("actions=group:1");
  EXPECT_THAT(ports(), ElementsAre(3, 4));
}

TEST_F(PipelineRulesTest, LearnsRulesThatTimeOutAndAreKeptAlive) {
  flow(
      "actions=learn(table=1,idle_timeout=5,hard_timeout=8,priority=9,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],"
      "output:NXM_OF_IN_PORT[]),resubmit(,1)");
  ports(3, {.dst = 2, .src = 1});
  EXPECT_EQ(rules(1), 1u);
  EXPECT_THAT(ports(1, {.dst = 1, .src = 2}), ElementsAre(3));
  for (int i = 0; i < 4; i++) {  // its own packets, most of which the cache forwards
    pass(4s);
    ports(3, {.dst = 2, .src = 1});
    EXPECT_EQ(rules(1), i == 0 ? 2u : 1u) << i;
  }
  pass(5s);
  EXPECT_EQ(rules(1), 0u);
  EXPECT_FALSE(ports(3, {.dst = 2, .src = 1}).size());
  EXPECT_EQ(rules(1), 1u) << "is learned again, though the packet was cached";
  remove("table=1");
  ports(3, {.dst = 2, .src = 1});
  EXPECT_EQ(rules(1), 1u);
}

TEST_F(PipelineRulesTest, ARuleForAConnectionThatEndsStaysForAShortTimeOnly) {
  constexpr unsigned kAck = 0x10, kFinAck = 0x11, kRst = 0x4;
  flow("actions=learn(table=1,idle_timeout=60,fin_idle_timeout=5,NXM_OF_IN_PORT[],output:NXM_OF_IN_PORT[])");
  const auto timeouts = [&] {
    const Rule& rule = *pipeline().tables.select({.table = 1}).at(0);
    return std::pair<int, int>(rule.idle_timeout, rule.hard_timeout);
  };
  ports(1, {.flags = kAck});
  EXPECT_EQ(timeouts(), std::pair(60, 0));
  flow("actions=resubmit(,1)");
  ports(1, {.flags = kAck});
  EXPECT_EQ(timeouts(), std::pair(60, 0));
  ports(1, {.protocol = 17, .flags = kFinAck});
  EXPECT_EQ(timeouts(), std::pair(60, 0)) << "not TCP";
  ports(1, {.flags = kFinAck});
  EXPECT_EQ(timeouts(), std::pair(5, 0));
  pass(6s);
  EXPECT_EQ(rules(1), 0u);

  flow("table=1,in_port=1,idle_timeout=3,actions=fin_timeout(idle_timeout=9,hard_timeout=8),2");
  EXPECT_THAT(ports(1, {.flags = kRst}), ElementsAre(2));
  EXPECT_EQ(timeouts(), std::pair(3, 8)) << "none becomes longer";
}

TEST_F(PipelineRulesTest, WhatALearnedRuleMatchesSetsAndOutputs) {
  flow(
      "actions=learn(table=1,NXM_OF_VLAN_TCI[0..11],eth_type=0x800,nw_src=10.0.0.9,load:NXM_OF_IN_PORT[]->"
      "NXM_NX_REG0[0..15],load:0x5->NXM_NX_REG1[],output:NXM_OF_IN_PORT[])");
  ports(4, {.tags = {7}});
  const Rule* learned = pipeline().tables.select({.table = 1}).at(0);
  EXPECT_EQ(format_match(learned->match), "ip,vlan_tci=0x0007/0x0fff,nw_src=10.0.0.9");
  EXPECT_EQ(format_instructions(*learned->instructions),
            "load:0x4->NXM_NX_REG0[0..15],load:0x5->NXM_NX_REG1[],output:4");
}

// The rule that teaches is replaced by what it taught, while its own packet is counted.
TEST_F(PipelineRulesTest, ARuleMayTeachItsOwnReplacement) {
  flow(
      "priority=9,dl_src=00:00:00:00:00:02,actions=learn(table=0,priority=9,NXM_OF_ETH_SRC[],output:NXM_OF_"
      "IN_PORT[]),5");
  EXPECT_THAT(ports(3), ElementsAre(5));
  EXPECT_EQ(rule_counter("table=0,priority=9,dl_src=00:00:00:00:00:02").packets, 1u);
  EXPECT_THAT(ports(1), ElementsAre(3));
}

TEST_F(PipelineRulesTest, AGroupOfAllGivesEachBucketAFreshCopy) {
  group("group_id=1,type=all,bucket=set_field:00:00:00:00:00:09->eth_dst,output:2,bucket=output:3");
  flow("actions=group:1,output:4");
  send_frame(1, FrameSpec{}.build());
  EXPECT_EQ(field("dl_dst"), 9u) << "the changed copy is made last";
  EXPECT_THAT(sent(), testing::UnorderedElementsAre(2, 3, 4));
  EXPECT_EQ(pipeline().groups.find(1)->counter.packets, 1u);
  EXPECT_EQ(pipeline().groups.find(1)->bucket_counters[1].packets, 1u);
}

TEST_F(PipelineRulesTest, ASelectGroupKeepsAConnectionInBothDirections) {
  group("group_id=1,type=select,bucket=weight:1,actions=output:2,bucket=weight:1,actions=output:3");
  flow("actions=group:1");
  std::map<int, int> taken;
  for (unsigned sport = 1; sport < 200; sport++) {
    const FrameSpec there{.source = 1, .destination = 2, .sport = sport, .dport = 80};
    const FrameSpec back{.dst = 2, .src = 1, .source = 2, .destination = 1, .sport = 80, .dport = sport};
    const std::vector<int> first = ports(1, there);
    EXPECT_EQ(ports(1, there), first);
    EXPECT_EQ(ports(4, back), first);
    taken[first.at(0)]++;
  }
  EXPECT_GT(taken[2], 60);
  EXPECT_GT(taken[3], 60);
}

TEST_F(PipelineRulesTest, FastFailoverFollowsPortsAndGroups) {
  group("group_id=2,type=ff,bucket=watch_port:3,actions=output:3");
  group(
      "group_id=1,type=ff,bucket=watch_port:2,actions=output:2,bucket=watch_group:2,actions=group:2,"
      "bucket=watch_port:4,actions=output:4");
  flow("actions=group:1");
  EXPECT_THAT(ports(), ElementsAre(2));
  link(2, false);
  EXPECT_THAT(ports(), ElementsAre(3));
  slow_path.set_port_flags(port(3), kPortDown);
  EXPECT_THAT(ports(), ElementsAre(4));
  link(4, false);
  EXPECT_THAT(ports(), IsEmpty());
  link(2, true);
  EXPECT_THAT(ports(), ElementsAre(2));
  EXPECT_EQ(pipeline().groups.find(1)->counter.packets, 5u);
  EXPECT_EQ(pipeline().groups.find(1)->bucket_counters[0].packets, 2u);
}

TEST_F(PipelineRulesTest, DeletedGroupsTakeTheirRulesAlong) {
  group("group_id=1,type=indirect,bucket=output:2");
  group("group_id=2,type=all,bucket=group:1,bucket=output:3");
  flow("in_port=1,actions=group:1");
  flow("in_port=4,actions=group:2");
  EXPECT_THAT(ports(4), ElementsAre(2, 3));
  group("group_id=1", GroupMod::Command::kDelete);
  EXPECT_EQ(rules(), 1u);
  EXPECT_THAT(ports(4), ElementsAre(3));
  group("", GroupMod::Command::kDelete);
  EXPECT_EQ(rules(), 0u);
}

TEST_F(PipelineRulesTest, AMirrorGetsOneCopyAlsoOfARecirculatedPacket) {
  BridgeConfig config = bridge().config;
  config.mirrors.push_back({.ports = {port_name(1, 1)}, .in = true, .out = true, .output = port_name(1, 5)});
  slow_path.put_bridge(config, all_links_up);
  flow("mpls,actions=pop_mpls:0x0800,dec_ttl,IN_PORT");
  EXPECT_THAT(ports(1, {.labels = {16 << 12 | 60}}), ElementsAre(5, 1));
}

TEST_F(PipelineRulesTest, FragmentsAreMatchedOrDropped) {
  flow("priority=3,ip,ip_frag=first,actions=2");
  flow("priority=3,ip,ip_frag=later,actions=3");
  flow("priority=2,ip,ip_frag=no,actions=4");
  EXPECT_THAT(ports(1, {.fragment = 1}), ElementsAre(2));
  EXPECT_THAT(ports(1, {.fragment = 2}), ElementsAre(3));
  EXPECT_THAT(ports(1, {}), ElementsAre(4));
  slow_path.programs().drop_fragments(bridge(), true);
  EXPECT_THAT(ports(1, {.fragment = 1}), IsEmpty());
  EXPECT_THAT(ports(1, {.fragment = 2}), IsEmpty());
  EXPECT_THAT(ports(1, {}), ElementsAre(4));
}

// Actions name meters by numbers of the whole switchd: one that is given out again is the new meter's alone.
TEST_F(PipelineRulesTest, AMeterMayGetTheNumberOfOneThatWent) {
  meter("meter=1,pktps,bands=type=drop,rate=1");
  meter("meter=2,pktps,bands=type=drop,rate=1000");
  const uint32_t number = pipeline().meters.find(1)->datapath_id;
  meter("meter=1", MeterMod::Command::kDelete);
  meter("meter=3,pktps,bands=type=drop,rate=1");
  EXPECT_EQ(pipeline().meters.find(3)->datapath_id, number);
  meter("meter=4,pktps,bands=type=drop,rate=1");
  EXPECT_NE(pipeline().meters.find(4)->datapath_id, number);
  flow("actions=meter:3,2");
  EXPECT_THAT(ports(), ElementsAre(2));
  EXPECT_THAT(ports(), IsEmpty());
  EXPECT_EQ(pipeline().meters.find(3)->counter.packets, 2u);
  EXPECT_EQ(pipeline().meters.find(2)->counter.packets, 0u);
}

TEST_F(PipelineRulesTest, CountersAreWhatCrossedAlthoughCachesForwarded) {
  flow("actions=goto_table:1");
  flow("table=1,tcp,tp_dst=80,actions=push_vlan:0x8100,2");
  const std::vector<uint8_t> frame = FrameSpec{}.build();
  for (int i = 0; i < 10; i++) send_frame(1, frame);
  send_frame(1, FrameSpec{.dport = 81}.build());
  EXPECT_EQ(rule_counter("table=0").packets, 11u);
  EXPECT_EQ(rule_counter("table=1,tcp,tp_dst=80").bytes, 10 * frame.size());
  EXPECT_EQ(pipeline().tables.table(1).lookups.packets, 11u);
  EXPECT_EQ(pipeline().tables.table(1).matches.packets, 10u);
  EXPECT_EQ(slow_path.totals(port(2)).tx.bytes, 10 * (frame.size() + 4));
  EXPECT_GT(datapath.port_statistics(port(1).number).emc_hits, 5u);
}

}  // namespace
}  // namespace flowbed::sw
