#include <gtest/gtest.h>

#include "switchd/slowpath/pipeline/of_fault.hh"
#include "switchd/slowpath/pipeline/pipeline.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"

namespace flowbed::sw {
namespace {

class CheckRequestTest : public testing::Test {
 protected:
  CheckRequestTest() {
    pipeline_.groups.apply(parse_group("group_id=1,type=all,bucket=1", GroupMod::Command::kAdd), {});
    pipeline_.meters.apply(parse_meter("meter=1,kbps,bands=type=drop,rate=10", MeterMod::Command::kAdd), {});
  }

  std::optional<OfFaultKind> fault(const auto& request) {
    try {
      check(request, pipeline_);
    } catch (const OfFault& fault) {
      return fault.kind();
    }
    return std::nullopt;
  }
  std::optional<OfFaultKind> fault(const char* flow) {
    return fault(parse_flow(flow, FlowMod::Command::kAdd));
  }

  Pipeline pipeline_{{}, {[](Rule&) {}, [](const Rule&) {}, [](const Rule&, RemovalReason) {}}};
};

TEST_F(CheckRequestTest, AsksForWhatIsNotThere) {
  EXPECT_EQ(fault("actions=meter:1,group:1"), std::nullopt);
  EXPECT_EQ(fault("actions=group:2"), OfFaultKind::kBadOutGroup);
  EXPECT_EQ(fault("actions=write_actions(group:2)"), OfFaultKind::kBadOutGroup);
  EXPECT_EQ(fault("actions=meter:2"), OfFaultKind::kUnknownMeter);
  EXPECT_EQ(fault("table=3,actions=goto_table:3"), OfFaultKind::kBadInstructionTable);
  EXPECT_EQ(fault(FlowMod{.table = 254}), OfFaultKind::kFlowModBadTable);
  EXPECT_EQ(fault(FlowMod{.table = kTableAll}), OfFaultKind::kFlowModBadTable);
  EXPECT_EQ(fault(FlowMod{.command = FlowMod::Command::kDelete, .table = kTableAll}), std::nullopt);
}

TEST_F(CheckRequestTest, AsksForAFieldThatPacketsNeedNotHave) {
  EXPECT_EQ(fault("actions=set_field:10.0.0.1->nw_src"), OfFaultKind::kInconsistentMatch);
  EXPECT_EQ(fault("ip,actions=set_field:10.0.0.1->nw_src"), std::nullopt);
  EXPECT_EQ(fault("ip,actions=push_mpls:0x8847,set_field:10.0.0.1->nw_src"), OfFaultKind::kInconsistentMatch);
  EXPECT_EQ(fault("ip,actions=push_mpls:0x8847,pop_mpls:0x0800,set_field:10.0.0.1->nw_src"), std::nullopt);
  EXPECT_EQ(fault("actions=dec_ttl"), OfFaultKind::kInconsistentMatch);
  EXPECT_EQ(fault("ip,actions=dec_mpls_ttl"), OfFaultKind::kInconsistentMatch);
  EXPECT_EQ(fault("actions=push_vlan:0x8100,set_field:5->vlan_pcp"), std::nullopt);
  EXPECT_EQ(fault("actions=write_actions(set_field:5->vlan_pcp,push_vlan:0x8100)"), std::nullopt)
      << "an action set has its own order";
}

TEST_F(CheckRequestTest, NamesATableThatCannotBe) {
  EXPECT_EQ(fault("actions=resubmit(,254)"), OfFaultKind::kBadActionArgument);
  FlowMod learns = parse_flow("actions=learn(table=1,NXM_OF_ETH_SRC[])", FlowMod::Command::kAdd);
  std::get<of::Learn>(learns.instructions.apply.at(0)).table = 255;
  EXPECT_EQ(fault(learns), OfFaultKind::kBadActionArgument);
  EXPECT_EQ(fault(PacketOut{.actions = parse_actions("resubmit(,254)")}), OfFaultKind::kBadActionArgument);
  EXPECT_EQ(fault(GroupMod{.buckets = {{.actions = parse_actions("resubmit(,254)")}}}),
            OfFaultKind::kBadActionArgument);
}

TEST_F(CheckRequestTest, LeavesByAPortThatCannotBe) {
  for (const uint32_t port : {0u, 0xffffff01u, 0xffffffffu}) {
    const OfActions actions{of::Output{.port = OfPort{port}}};
    EXPECT_EQ(fault(FlowMod{.instructions = {.apply = actions}}), OfFaultKind::kBadOutPort);
    EXPECT_EQ(fault(PacketOut{.actions = actions}), OfFaultKind::kBadOutPort);
    EXPECT_EQ(fault(GroupMod{.buckets = {{.actions = actions}}}), OfFaultKind::kBadOutPort);
  }
  EXPECT_EQ(fault(PacketOut{.in_port = kOfPortFlood}), OfFaultKind::kBadRequestPort);
  EXPECT_EQ(fault(PacketOut{.in_port = OfPort{0}}), OfFaultKind::kBadRequestPort);
  EXPECT_EQ(fault(PacketOut{.actions = parse_actions("group:2")}), OfFaultKind::kBadOutGroup);
}

}  // namespace
}  // namespace flowbed::sw
