#include <gmock/gmock.h>

#include "tests/switchd/openflow/message_helpers.hh"
#include "tests/switchd/openflow/sample_messages.hh"

namespace flowbed::sw::ofp {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

// in_port=3,ip,nw_dst=10.0.0.0/8. In 1.0, everything else is a wildcard, of the destination 24 bits.
const std::string kMatchV10 = "003620ee 0003" + zeros(16) + "0800 0000 0000 00000000 0a000000 0000 0000";
const std::string kMatchV13 = "0001 001e 80000004 00000003 80000a02 0800 80001908 0a000000 ff000000 0000";
const std::string kMatchNxm = "00000002 0003 00000602 0800 00001108 0a000000 ff000000";
const std::string kOutputV10 = "0000 0008 0003 ffff";
const std::string kOutputV13 = "0000 0010 00000003 ffff" + zeros(6);
const std::string kApplyV13 = "0004 0018 00000000" + kOutputV13;

const OfActions kOutput{of::Output{OfPort{3}}};

TEST(FlowMod, IsReadInOpenFlow10) {
  const auto mod = decoded<FlowMod>("01 0e 0050 00000001" + kMatchV10 +
                                    "00000000000000aa 0000 000a 0014 0064 ffffffff ffff 0003" + kOutputV10);
  EXPECT_EQ(mod.command, FlowMod::Command::kAdd);
  EXPECT_EQ(mod.table, 0);
  EXPECT_EQ(mod.match, ip_match());
  EXPECT_EQ(mod.cookie, 0xaau);
  EXPECT_EQ(mod.idle_timeout, 10);
  EXPECT_EQ(mod.hard_timeout, 20);
  EXPECT_EQ(mod.priority, 100);
  EXPECT_EQ(mod.flags, kFlowSendRemoved | kFlowCheckOverlap);
  EXPECT_EQ(mod.instructions.apply, kOutput);
  EXPECT_TRUE(mod.modify_adds);
}

std::string flow_mod_v10(std::string command, std::string flags) {
  return "01 0e 0048 00000001" + kMatchV10 + "0000000000000000" + command + "0000 0000 0064 ffffffff 0003" +
         flags;
}

TEST(FlowMod, OfOpenFlow10LooksInAllTablesUnlessCommandsCarryOne) {
  const auto all = decoded<FlowMod>(flow_mod_v10("0003", "0000"));
  EXPECT_EQ(all.command, FlowMod::Command::kDelete);
  EXPECT_EQ(all.table, kTableAll);
  EXPECT_EQ(all.out_port, OfPort{3});
  const auto one = decoded<FlowMod>(flow_mod_v10("0204", "0000"), {.table_ids = true});
  EXPECT_EQ(one.command, FlowMod::Command::kDeleteStrict);
  EXPECT_EQ(one.table, 2);
  EXPECT_EQ(fault_in(flow_mod_v10("0204", "0000")), OfFaultKind::kBadFlowCommand);
  EXPECT_EQ(decoded<FlowMod>(flow_mod_v10("ff00", "0000"), {.table_ids = true}).table, 0);
}

TEST(FlowMod, RefusesFlagsAndCommandsThatAreNone) {
  EXPECT_EQ(fault_in(flow_mod_v10("0005", "0000")), OfFaultKind::kBadFlowCommand);
  EXPECT_EQ(fault_in(flow_mod_v10("0000", "0004")), OfFaultKind::kTableFull);
  EXPECT_EQ(fault_in(flow_mod_v10("0000", "0008")), OfFaultKind::kBadFlowFlags);
}

std::string flow_mod_v13(std::string version, std::string command, std::string flags) {
  return version + "0e 0068 00000001 00000000000000aa 0000000000000000 02" + command +
         "000a 0014 0064 ffffffff 00000003 00000009" + flags + "0007" + kMatchV13 + kApplyV13;
}

TEST(FlowMod, IsReadInOpenFlow13And14) {
  for (const auto version : {"04", "05"}) {
    const auto mod = decoded<FlowMod>(flow_mod_v13(version, "00", "001f"));
    EXPECT_EQ(mod.command, FlowMod::Command::kAdd);
    EXPECT_EQ(mod.table, 2);
    EXPECT_EQ(mod.match, ip_match());
    EXPECT_EQ(mod.flags, 0x1f);
    EXPECT_EQ(mod.instructions, (Instructions{.apply = kOutput, .has_apply = true}));
    EXPECT_EQ(mod.out_port, kOfPortAny) << "only deletes look at it";
    EXPECT_EQ(mod.out_group, kGroupAny);
    EXPECT_EQ(mod.importance, version == std::string("05") ? 7 : 0);
    EXPECT_FALSE(mod.modify_adds);
  }
  EXPECT_EQ(decoded<FlowMod>(flow_mod_v13("04", "03", "0000")).out_group, 9u);
}

TEST(FlowMod, OfOpenFlow13RefusesToo) {
  EXPECT_EQ(fault_in(flow_mod_v13("04", "05", "0000")), OfFaultKind::kBadFlowCommand);
  EXPECT_EQ(fault_in(flow_mod_v13("04", "00", "0020")), OfFaultKind::kBadFlowFlags);
}

TEST(FlowMod, IsReadAsNicirasInOpenFlow10) {
  const std::string cookie = "00013d10 0000000000000005 00000000000000ff";
  const auto add = decoded<FlowMod>(
      "01 04 0050 00000001 00002320 0000000d 00000000000000aa 0000 0000 0000 0064 ffffffff"
      "ffff 0000 0018 000000000000" +
      kMatchNxm + kOutputV10);
  EXPECT_EQ(add.match, ip_match());
  EXPECT_EQ(add.cookie, 0xaau);
  EXPECT_EQ(add.instructions.apply, kOutput);
  const auto deleted = decoded<FlowMod>(
      "01 04 0060 00000001 00002320 0000000d 00000000000000aa 0003 0000 0000 0064 ffffffff"
      "ffff 0000 002c 000000000000" +
      kMatchNxm + cookie + "00000000");
  EXPECT_EQ(deleted.cookie, 5u);
  EXPECT_EQ(deleted.cookie_mask, 0xffu);
}

TEST(PacketOut, CarriesActionsAndAFrame) {
  const auto v10 = decoded<PacketOut>("01 0d 001a 00000001 ffffffff ffff 0008" + kOutputV10 + "abcd");
  EXPECT_EQ(v10.in_port, kOfPortAny);
  EXPECT_EQ(v10.actions, kOutput);
  EXPECT_THAT(v10.frame, ElementsAre(0xab, 0xcd));
  const auto v13 =
      decoded<PacketOut>("04 0d 002a 00000001 00000007 fffffffd 0010 000000000000" + kOutputV13 + "abcd");
  EXPECT_EQ(v13.in_port, kOfPortController);
  EXPECT_EQ(v13.buffer, 7u);
  EXPECT_THAT(v13.frame, ElementsAre());
  EXPECT_EQ(fault_in("01 0d 0018 00000001 ffffffff ffff 0010" + kOutputV10), OfFaultKind::kBadLength);
}

PacketIn packet_in() {
  PacketIn packet{.total_size = 100, .reason = PacketInReason::kGroup, .table = 2, .cookie = 0xaa};
  packet.match.set(field_named("in_port"), 3);
  packet.frame = {0xab, 0xcd};
  return packet;
}

TEST(PacketIn, TellsWhatItsVersionKnows) {
  PacketIn packet = packet_in();
  EXPECT_EQ(encoded(packet, k10), plain_hex("01 0a 0014 00000001 ffffffff 0064 0003 01 00 abcd"));
  const std::string match = "0001 000c 80000004 00000003 00000000";
  EXPECT_EQ(encoded(packet, k13),
            plain_hex("04 0a 002c 00000001 ffffffff 0064 01 02 00000000000000aa" + match + "0000 abcd"));
  EXPECT_EQ(encoded(packet, k14),
            plain_hex("05 0a 002c 00000001 ffffffff 0064 04 02 00000000000000aa" + match + "0000 abcd"));
  packet.nicira = true;
  EXPECT_EQ(encoded(packet, k10),
            plain_hex("01 04 0034 00000001 00002320 00000011 ffffffff 0064 01 02 00000000000000aa"
                      "0006 000000000000 00000002 0003 0000 0000 abcd"));
}

FlowRemoved flow_removed() {
  return {.reason = RemovedReason::kEviction,
          .table = 2,
          .priority = 100,
          .match = ip_match(),
          .cookie = 0xaa,
          .idle_timeout = 10,
          .hard_timeout = 20,
          .age = milliseconds(1500),
          .packets = 5,
          .bytes = 500};
}

TEST(FlowRemoved, TellsWhatItsVersionKnows) {
  FlowRemoved rule = flow_removed();
  const std::string counts = "0000000000000005 00000000000001f4", age = "00000001 1dcd6500";
  EXPECT_EQ(encoded(rule, k10), plain_hex("01 0b 0058 00000001" + kMatchV10 + "00000000000000aa 0064 02 00" +
                                          age + "000a 0000" + counts));
  EXPECT_EQ(encoded(rule, k13), plain_hex("04 0b 0050 00000001 00000000000000aa 0064 02 02" + age +
                                          "000a 0014" + counts + kMatchV13));
  EXPECT_EQ(encoded(rule, k14), plain_hex("05 0b 0050 00000001 00000000000000aa 0064 05 02" + age +
                                          "000a 0014" + counts + kMatchV13));
  rule.nicira = true;
  EXPECT_EQ(encoded(rule, k10),
            plain_hex("01 04 0050 00000001 00002320 0000000e 00000000000000aa 0064 02 03" + age +
                      "000a 0018" + counts + kMatchNxm));
}

TEST(FlowStatsRequest, IsReadInAllForms) {
  const auto v10 = decoded<FlowStatsRequest>("01 10 0038 00000001 0001 0000" + kMatchV10 + "ff 00 ffff");
  const auto v13 = decoded<FlowStatsRequest>(
      "04 12 0050 00000001 0001 0000 00000000 ff 000000 ffffffff ffffffff 00000000 0000000000000005 "
      "00000000000000ff" +
      kMatchV13);
  const auto nicira = decoded<FlowStatsRequest>(
      "01 10 0038 00000001 ffff 0000 00002320 00000000 00000000"
      "ffff 0018 ff 000000" +
      kMatchNxm);
  for (const auto& request : {v10, v13, nicira}) {
    EXPECT_EQ(request.filter.match, ip_match());
    EXPECT_EQ(request.filter.table, kTableAll);
    EXPECT_EQ(request.filter.out_port, kOfPortAny);
  }
  EXPECT_EQ(v13.filter.cookie_mask, 0xffu);
  EXPECT_TRUE(nicira.nicira);
  EXPECT_FALSE(v10.nicira);
}

FlowStats flow_stats() {
  return {.table = 2,
          .priority = 100,
          .match = ip_match(),
          .cookie = 0xaa,
          .idle_timeout = 10,
          .hard_timeout = 20,
          .importance = 7,
          .flags = 1,
          .age = milliseconds(1500),
          .idle = milliseconds(700),
          .packets = 5,
          .bytes = 500,
          .instructions = {.apply = kOutput, .has_apply = true}};
}

TEST(FlowStats, IsWrittenInAllForms) {
  const std::string age = "00000001 1dcd6500", times = "0064 000a 0014",
                    counts = "00000000000000aa 0000000000000005 00000000000001f4";
  FlowStatsReply reply{{flow_stats()}};
  EXPECT_EQ(encoded(reply, k10), plain_hex("01 11 006c 00000001 0001 0000 0060 02 00" + kMatchV10 + age +
                                           times + zeros(6) + counts + kOutputV10));
  EXPECT_EQ(encoded(reply, k13), plain_hex("04 13 0078 00000001 0001 0000 00000000 0068 02 00" + age + times +
                                           "0001 0000 0000" + counts + kMatchV13 + kApplyV13));
  EXPECT_EQ(encoded(reply, k14), plain_hex("05 13 0078 00000001 0001 0000 00000000 0068 02 00" + age + times +
                                           "0001 0007 0000" + counts + kMatchV13 + kApplyV13));
  reply.nicira = true;
  EXPECT_EQ(encoded(reply, k10),
            plain_hex("01 11 0068 00000001 ffff 0000 00002320 00000000 00000000 0050 02 00" + age + times +
                      "0018 0001 0002" + counts + kMatchNxm + kOutputV10));
}

TEST(FlowStats, AreSpreadOverMessagesOf64KilobytesAtMost) {
  const FlowStatsReply reply{std::vector<FlowStats>(2000, flow_stats())};
  const auto messages = encode(reply, k13, 9);
  ASSERT_EQ(messages.size(), 4u);  // of 630 rules each
  for (size_t i = 0; i < messages.size(); i++) {
    const Header header = read_header(messages[i]);
    EXPECT_EQ(header.size, messages[i].size());
    EXPECT_EQ(header.xid, 9u);
    EXPECT_EQ((header.size - 16) % 0x68, 0);
    EXPECT_EQ(messages[i][11], i + 1 < messages.size()) << "more follow";
  }
}

TEST(FlowStats, OfNoRulesIsOneMessage) {
  EXPECT_EQ(encoded(FlowStatsReply{}, k13), plain_hex("04 13 0010 00000001 0001 0000 00000000"));
}

}  // namespace
}  // namespace flowbed::sw::ofp
