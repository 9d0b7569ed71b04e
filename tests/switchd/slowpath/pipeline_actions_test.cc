// What actions make of packets, seen in the frames that leave: each the first time, by the slow path, and
// again, by the cache.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/slowpath/pipeline_rig.hh"
#include "tests/switchd/slowpath/random_frames.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PipelineActionsTest : public testing::Test, protected PipelineRig<> {
 protected:
  // Sends it twice, and wants the same both times.
  void pass_twice(const FrameSpec& spec) {
    clear();
    send_frame(1, spec.build());
    const Lines first = take_events();
    clear();
    send_frame(1, spec.build());
    EXPECT_EQ(take_events(), first) << "the cache does something else";
  }
  FieldValue after(std::string_view match_and_actions, const FrameSpec& spec, std::string_view name) {
    remove("");
    flow(match_and_actions);
    pass_twice(spec);
    return field(name);
  }
};

FrameSpec with(const auto& change) {
  FrameSpec spec;
  change(spec);
  return spec;
}
const FrameSpec kTcp4 = {};
const FrameSpec kTcp6 = with([](FrameSpec& s) { s.kind = FrameSpec::kIpv6; });
const FrameSpec kSolicitation = with([](FrameSpec& s) {
  s.kind = FrameSpec::kIpv6;
  s.protocol = 58;
  s.dport = 81;
});
const FrameSpec kTagged = with([](FrameSpec& s) { s.tags = {0x2005}; });
const FrameSpec kLabelled = with([](FrameSpec& s) { s.labels = {16u << 12 | 60}; });

// A frame that has the field; an advertisement is not among those that FrameSpec makes.
std::optional<FrameSpec> frame_with(const Field& field) {
  FrameSpec arp{.kind = FrameSpec::kArp}, udp{.protocol = 17}, icmp{.protocol = 1},
      backbone{.backbone = true}, udp6 = kTcp6;
  udp6.protocol = 17;
  for (const FrameSpec& spec : {kTagged, kTcp6, arp, udp, icmp, backbone, kSolicitation, kLabelled, udp6}) {
    const std::vector<uint8_t> frame = spec.build();
    std::vector<uint8_t> storage(frame.size());
    const PipelineKey key =
        pipeline_key(extract_flow_key(packet_from_frame(frame, storage), PortNo{1}), OfPort{1});
    if (has_field(field, key)) return spec;
  }
  return std::nullopt;
}

std::vector<FieldValue> masks_for(const Field& field) {
  if (!field.maskable || field.bits <= 4) return {field.all_ones()};
  return {field.all_ones(), field.all_ones() & 0x0f};
}

// Another value than before; but a tag that is there stays one.
FieldValue other_value(const Field& field, FieldValue before, FieldValue mask) {
  const bool has_presence = field.name == "vlan_vid" || field.name == "vlan_tci";
  const FieldValue present = has_presence ? 0x1000 : 0;
  return ((~before & ~present) | (before & present)) & mask;
}

TEST_F(PipelineActionsTest, EveryFieldIsSetAlsoByHalves) {
  int tried = 0;
  for (const Field& each : fields()) {
    const auto spec = frame_with(each);
    if (!each.settable || !is_of_packet(each) || !spec || each.name == "icmpv6_type") continue;
    tried++;
    for (const FieldValue mask : masks_for(each)) {
      const FieldValue before = after("actions=2", *spec, each.name);
      const FieldValue value = other_value(each, before, mask);
      FlowMod mod = parse_flow("priority=40000,actions=2", FlowMod::Command::kAdd);
      mod.instructions.apply.insert(mod.instructions.apply.begin(), of::SetField{&each, value, mask});
      mod.modify_adds = true;  // as of 1.0: needs no prerequisites in the match
      slow_path.programs().apply(bridge(), mod, now);
      pass_twice(*spec);
      EXPECT_TRUE(field(each.name) == ((before & ~mask) | value)) << each.name;
    }
  }
  EXPECT_EQ(tried, 33);
}

TEST_F(PipelineActionsTest, AFieldThatIsNotThereIsLeftAlone) {
  EXPECT_EQ(after("actions=mod_tp_dst:99,2", kLabelled, "mpls_label"), 16u);
  FrameSpec later;
  later.fragment = 2;
  const std::vector<uint8_t> as_it_was = later.build();
  remove("");
  flow("tcp,actions=set_field:99->tcp_dst,2");
  pass_twice(later);
  EXPECT_EQ(frames().back().bytes, as_it_was) << "a later fragment has no ports";
}

TEST_F(PipelineActionsTest, TagsArePushedPoppedAndSet) {
  EXPECT_EQ(after("actions=push_vlan:0x8100,set_field:5->vlan_vid,2", kTcp4, "vlan_vid"), 0x1005u);
  EXPECT_EQ(after("actions=push_vlan:0x88a8,2", kTagged, "vlan_vid"), 0x1005u) << "as the one below";
  EXPECT_EQ(frames().back().vlan.tpid, 0x88a8);
  EXPECT_EQ(frames().back().bytes.size(), kTagged.build().size());
  EXPECT_EQ(after("actions=pop_vlan,2", kTagged, "vlan_vid"), 0u);
  EXPECT_EQ(after("actions=pop_vlan,2", kTcp4, "vlan_vid"), 0u);
  EXPECT_EQ(after("actions=mod_vlan_vid:7,2", kTagged, "vlan_tci"), 0x3007u);
  EXPECT_EQ(after("actions=mod_vlan_pcp:3,2", kTcp4, "vlan_tci"), 0x7000u);
}

TEST_F(PipelineActionsTest, WhatIsBelowAPoppedTagIsMatchedAfterwards) {
  FrameSpec twice;
  twice.tags = {5, 6};
  flow("dl_vlan=5,actions=pop_vlan,goto_table:1");
  flow("table=1,priority=2,dl_vlan=6,actions=2");
  flow("table=1,priority=1,actions=3");
  send_frame(1, twice.build());
  send_frame(1, twice.build());
  EXPECT_THAT(sent(), ElementsAre(2, 2));
  EXPECT_EQ(rule_counter("table=1,priority=2,dl_vlan=6").packets, 2u);
}

TEST_F(PipelineActionsTest, LabelsArePushedPoppedAndSet) {
  EXPECT_EQ(after("ip,actions=push_mpls:0x8847,2", kTcp4, "mpls_ttl"), 64u) << "IP's";
  EXPECT_EQ(field("mpls_bos"), 1u);
  EXPECT_EQ(after("mpls,actions=push_mpls:0x8847,set_field:9->mpls_label,2", kLabelled, "mpls_bos"), 0u);
  EXPECT_EQ(field("mpls_label"), 9u);
  EXPECT_EQ(after("mpls,actions=dec_mpls_ttl,2", kLabelled, "mpls_ttl"), 59u);
  EXPECT_EQ(after("mpls,actions=set_mpls_ttl(7),2", kLabelled, "mpls_ttl"), 7u);
  EXPECT_EQ(after("mpls,actions=pop_mpls:0x0800,2", kLabelled, "nw_ttl"), 64u);
  EXPECT_EQ(after("mpls,actions=copy_ttl_in,pop_mpls:0x0800,2", kLabelled, "nw_ttl"), 60u);
  EXPECT_EQ(after("mpls,actions=copy_ttl_out,2", kLabelled, "mpls_ttl"), 64u);
}

TEST_F(PipelineActionsTest, WhatIsBelowALabelIsMatchedAndSetAfterwards) {
  flow("mpls,actions=pop_mpls:0x0800,goto_table:1");
  flow("table=1,tcp,tp_dst=80,actions=set_field:10.9.9.9->nw_dst,dec_ttl,2");
  pass_twice(kLabelled);
  EXPECT_EQ(field("nw_dst"), 0x0a090909u);
  EXPECT_EQ(field("nw_ttl"), 63u);
}

TEST_F(PipelineActionsTest, BackboneFrames) {
  EXPECT_EQ(after("actions=push_pbb:0x88e7,set_field:77->pbb_isid,2", kTagged, "pbb_isid"), 77u);
  EXPECT_EQ(frames().back().bytes.size(), kTagged.build().size() + 18) << "the tag is the customer's";
  FrameSpec backbone;
  backbone.backbone = true;
  remove("");
  flow("dl_type=0x88e7,actions=set_field:00:00:00:00:00:99->eth_dst,pop_pbb,goto_table:1");
  flow("table=1,ip,dl_dst=00:00:00:00:00:01,actions=2");
  pass_twice(backbone);
  EXPECT_EQ(frames().back().bytes, kTcp4.build());
}

TEST_F(PipelineActionsTest, TimeToLive) {
  EXPECT_EQ(after("ip,actions=dec_ttl,2", kTcp4, "nw_ttl"), 63u);
  EXPECT_EQ(after("ipv6,actions=dec_ttl,dec_ttl,2", kTcp6, "nw_ttl"), 62u);
  EXPECT_EQ(after("ip,actions=mod_nw_ttl:9,2", kTcp4, "nw_ttl"), 9u);
  FrameSpec old;
  old.ttl = 1;
  remove("");
  flow("ip,actions=2,dec_ttl,3,write_actions(output:4)");
  clear();
  send_frame(1, old.build());
  EXPECT_THAT(sent(), ElementsAre(2)) << "what came before is done, and nothing after";
}

TEST_F(PipelineActionsTest, MoveAndLoadReachBitsOfFieldsAndRegisters) {
  EXPECT_EQ(after("actions=move:NXM_OF_ETH_SRC[0..7]->NXM_OF_ETH_DST[8..15],2", kTcp4, "dl_dst"), 0x0201u);
  EXPECT_EQ(after("actions=load:0xab->NXM_OF_ETH_DST[40..47],2", kTcp4, "dl_dst"), 0xab0000000001u);
  flow("table=1,reg3=0x10/0xf0,metadata=0x7,actions=output:NXM_NX_REG4[0..15]");
  EXPECT_EQ(after("actions=load:0x1->NXM_NX_REG3[4..7],load:0x7->OXM_OF_METADATA[0..2],load:3->NXM_NX_REG4[],"
                  "resubmit(,1)",
                  kTcp4, "dl_dst"),
            ~FieldValue{0})
      << "remove() took table 1 along";
  flow("table=1,reg3=0x10/0xf0,metadata=0x7,actions=output:NXM_NX_REG4[0..15]");
  clear();
  send_frame(1, kTcp4.build());
  EXPECT_THAT(sent(), ElementsAre(3));
}

TEST_F(PipelineActionsTest, TheActionSetHasItsOwnOrder) {
  flow("mpls,actions=write_actions(output:2,set_field:9->mpls_label,push_mpls:0x8847,dec_mpls_ttl)");
  pass_twice(kLabelled);
  EXPECT_EQ(field("mpls_label"), 9u);
  EXPECT_EQ(field("mpls_ttl"), 59u) << "the new label's, after the push";
  EXPECT_EQ(field("mpls_bos"), 0u);
}

TEST_F(PipelineActionsTest, WritesReplaceTheirLikeAndClearForgetsThem) {
  flow("actions=write_actions(output:2,set_field:00:00:00:00:00:05->eth_dst),goto_table:1");
  flow("table=1,priority=1,actions=write_actions(output:3,set_field:00:00:00:00:00:06->eth_src)");
  pass_twice(kTcp4);
  EXPECT_EQ(field("dl_dst"), 5u);
  EXPECT_EQ(field("dl_src"), 6u);
  EXPECT_THAT(sent(), ElementsAre(3));
  flow("table=1,priority=2,actions=clear_actions,write_actions(output:4)");
  pass_twice(kTcp4);
  EXPECT_EQ(field("dl_dst"), 1u);
  EXPECT_THAT(sent(), ElementsAre(4));
}

TEST_F(PipelineActionsTest, MetersDropAndMark) {
  meter("meter=1,pktps,burst,bands=type=drop,rate=1,burst_size=2");
  flow("actions=meter:1,2");
  for (int i = 0; i < 5; i++) send_frame(1, kTcp4.build());
  EXPECT_THAT(sent(), ElementsAre(2, 2));
  EXPECT_EQ(pipeline().meters.find(1)->counter.packets, 5u);
  EXPECT_EQ(pipeline().meters.find(1)->bands[0].counter.packets, 3u);
  meter("meter=1,pktps,burst,bands=type=dscp_remark,rate=1,burst_size=1,prec_level=1",
        MeterMod::Command::kModify);
  remove("");
  flow("table=1,ip,ip_dscp=12,actions=3");
  flow("ip,actions=meter:1,2,goto_table:1");
  FrameSpec assured;
  assured.tos = 10 << 2;
  for (int i = 0; i < 3; i++) send_frame(1, assured.build());
  EXPECT_EQ(field("ip_dscp"), 12u);
  EXPECT_THAT(sent(), ElementsAre(2, 2, 3, 2, 3)) << "the next table sees the mark";
}

TEST_F(PipelineActionsTest, WhatAMeterDropsIsNotCountedBehindIt) {
  PipelineRig<> rig(2);
  rig.meter("meter=1,pktps,burst,bands=type=drop,rate=1,burst_size=2");
  rig.flow("actions=meter:1,goto_table:1");
  rig.flow("table=1,actions=6");
  rig.flow("actions=3", FlowMod::Command::kAdd, 2);
  for (int i = 0; i < 5; i++) rig.send_frame(1, kTcp4.build());
  EXPECT_EQ(rig.rule_counter("table=0").packets, 5u);
  EXPECT_EQ(rig.rule_counter("table=1").packets, 2u);
  EXPECT_EQ(rig.slow_path.totals(rig.port(6)).tx.packets, 2u);
  EXPECT_EQ(rig.slow_path.totals(rig.port(6, 2)).rx.packets, 2u);
  EXPECT_EQ(rig.sent().size(), 2u);
}

TEST_F(PipelineActionsTest, AMeterCountsWhatGoesNowhereBehindIt) {
  meter("meter=1,pktps,bands=type=drop,rate=1000");
  flow("actions=meter:1");
  for (int i = 0; i < 3; i++) send_frame(1, kTcp4.build());
  EXPECT_EQ(pipeline().meters.find(1)->counter.packets, 3u);
}

}  // namespace
}  // namespace flowbed::sw
