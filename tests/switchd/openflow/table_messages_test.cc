// Of tables, groups and meters.
#include <gmock/gmock.h>

#include "tests/switchd/openflow/message_helpers.hh"
#include "tests/switchd/openflow/sample_messages.hh"

namespace flowbed::sw::ofp {
namespace {

using std::chrono::milliseconds;

TEST(TableStats, AreWrittenInAllVersions) {
  const TableStatsReply reply{
      {{.table = 2, .name = "acl", .max_rules = 10, .rules = 1, .lookups = 5, .matches = 4}}};
  const std::string counts = "00000001 0000000000000005 0000000000000004";
  EXPECT_EQ(encoded(reply, k10), plain_hex("01 11 004c 00000001 0003 0000 02 000000 61636c" + zeros(29) +
                                           "003fffff 0000000a" + counts));
  EXPECT_EQ(encoded(reply, k13), plain_hex("04 13 0028 00000001 0003 0000 00000000 02 000000" + counts));
}

TEST(TableMod, HasPropertiesInOpenFlow14) {
  EXPECT_EQ(decoded<TableMod>("04 11 0010 00000001 02 000000 00000003"), (TableMod{.table = 2, .config = 3}));
  EXPECT_EQ(
      decoded<TableMod>("05 11 0020 00000001 02 000000 0000000c 0002 0008 00000001 0003 0008 0a 14 00 00"),
      (TableMod{2, kTableEviction | kTableVacancyEvents, kEvictOther, Vacancy{10, 20, 0}}));
  EXPECT_EQ(fault_in("05 11 0018 00000001 02 000000 0000000c 0001 0008 00000001"),
            OfFaultKind::kTableModBadConfig);
  EXPECT_EQ(fault_in("05 11 0018 00000001 02 000000 0000000c 0002 0009 00000001"), OfFaultKind::kBadLength);
}

TEST(TableStatus, DescribesTheTable) {
  const TableStatus status{VacancyChange::kDown, {2, kTableVacancyEvents, std::nullopt, Vacancy{10, 20, 9}}};
  EXPECT_EQ(encoded(status, k14),
            plain_hex("05 1f 0020 00000001 03" + zeros(7) + "0010 02 00 00000008 0003 0008 0a 14 09 00"));
  EXPECT_EQ(encoded(TableDescReply{{status.table}}, k14),
            plain_hex("05 13 0020 00000001 000e 0000 00000000 0010 02 00 00000008 0003 0008 0a 14 09 00"));
}

TableFeatures features() {
  TableFeatures table{.table = 2, .name = "acl", .metadata_match = 1, .metadata_write = 2, .max_rules = 10};
  table.rules = {.instructions = {1, 4},
                 .next_tables = {3, 4, 5},
                 .write_actions = {0},
                 .apply_actions = {0},
                 .write_set_fields = {},
                 .apply_set_fields = {{&field_named("dl_src")}}};
  table.miss = table.rules;
  table.miss.next_tables = {};
  table.matches = {{&field_named("in_port")}, {&field_named("dl_src"), true}};
  return table;
}
const std::string kFeatures = "00b0 02 0000000000 61636c" + zeros(29) +
                              "0000000000000001 0000000000000002 00000000 0000000a"
                              "0000 000c 0001 0004 0004 0004 00000000"
                              "0002 0007 03 04 05 00"
                              "0004 0008 0000 0004"
                              "0006 0008 0000 0004"
                              "000c 0004 00000000"
                              "000e 0008 80000806"
                              "0003 0004 00000000"
                              "0008 000c 80000004 8000090c 00000000"
                              "000a 0004 00000000";

TEST(TableFeatures, ListTheMissesOwnAbilitiesWhereTheyDiffer) {
  EXPECT_EQ(encoded(TableFeaturesReply{{features()}}, k13),
            plain_hex("04 13 00a8 00000001 000c 0000 00000000 0098" + kFeatures.substr(4)));
}

TEST(TableFeatures, AreReadAsTheyAreWritten) {
  const auto request =
      decoded<TableFeaturesRequest>("04 12 00a8 00000001 000c 0001 00000000 0098" + kFeatures.substr(4));
  ASSERT_EQ(request.wanted.size(), 1u);
  EXPECT_EQ(request.wanted[0], features());
  EXPECT_TRUE(request.more);
  const auto question = decoded<TableFeaturesRequest>("05 12 0010 00000001 000c 0000 00000000");
  EXPECT_TRUE(question.wanted.empty());
  EXPECT_FALSE(question.more);
}

std::string one_property(std::string_view property) {
  return "04 12 0058 00000001 000c 0000 00000000 0048 02 0000000000" + zeros(56) + std::string(property);
}

TEST(TableFeatures, RefuseWhatCannotBe) {
  EXPECT_EQ(fault_in(one_property("0000 0008 0001 0004")), std::nullopt);
  EXPECT_EQ(fault_in(one_property("0009 0008 0001 0004")), OfFaultKind::kTableFeaturesBadType);
  EXPECT_EQ(fault_in(one_property("0010 0008 0001 0004")), OfFaultKind::kTableFeaturesBadType) << "1.4's";
  EXPECT_EQ(fault_in(one_property("0000 0009 0001 0004")), OfFaultKind::kTableFeaturesBadLength);
  EXPECT_EQ(fault_in(one_property("0000 0003 0001 0004")), OfFaultKind::kTableFeaturesBadLength);
  EXPECT_EQ(fault_in(one_property("0000 0008 0001 0003")), OfFaultKind::kTableFeaturesBadLength);
  EXPECT_EQ(fault_in(one_property("0008 0008 8000fe01")), OfFaultKind::kTableFeaturesBadArgument);
}

TEST(Multipart, RefusesWhatTheVersionHasNot) {
  EXPECT_EQ(fault_in("01 10 000c 00000001 0006 0000"), OfFaultKind::kBadMultipart) << "1.0 has no groups";
  EXPECT_EQ(fault_in("04 12 0010 00000001 000e 0000 00000000"), OfFaultKind::kBadMultipart);
  EXPECT_EQ(fault_in("05 12 0010 00000001 0010 0000 00000000"), OfFaultKind::kBadMultipart)
      << "flow monitors";
  EXPECT_EQ(fault_in("04 12 0014 00000001 ffff 0000 00000000 00001234"), OfFaultKind::kBadExperimenter);
  EXPECT_EQ(fault_in("01 10 0018 00000001 ffff 0000 00002320 00000002 00000000"),
            OfFaultKind::kBadExperimenterType);
  EXPECT_EQ(fault_in("04 12 0010 00000001 0000 0001 00000000"), OfFaultKind::kMultipartBufferOverflow);
  EXPECT_EQ(fault_in("04 12 0014 00000001 0000 0000 00000000 00000000"), OfFaultKind::kBadLength);
}

TEST(Desc, FillsItsFields) {
  const std::string hex = encoded(DescReply{"Flowbed", "h", "s", std::string(40, '1'), "d"}, k10);
  EXPECT_EQ(hex.size(), 2 * 1068u);
  EXPECT_EQ(hex.substr(0, 38), plain_hex("01 11 042c 00000001 0000 0000 466c6f77626564"));
  std::string serial;
  for (int i = 0; i < 31; i++) serial += "31";
  EXPECT_EQ(hex.substr(2 * (12 + 768), 64), serial + "00");
}

TEST(GroupMod, ReadsCommandsAndTypes) {
  const std::string bucket = "0020 0002 ffffffff ffffffff 00000000 0000 0010 00000003 ffff 000000000000";
  const auto mod = decoded<GroupMod>("04 0f 0030 00000001 0001 01 00 00000005" + bucket);
  EXPECT_EQ(mod.command, GroupMod::Command::kModify);
  EXPECT_EQ(mod.type, GroupType::kSelect);
  EXPECT_EQ(mod.id, 5u);
  EXPECT_EQ(mod.buckets, (std::vector<Bucket>{{.weight = 2, .actions = {of::Output{OfPort{3}}}}}));
  EXPECT_EQ(decoded<GroupMod>("04 0f 0010 00000001 8000 00 00 00000005").command,
            GroupMod::Command::kAddOrModify);
  EXPECT_EQ(fault_in("04 0f 0010 00000001 0003 00 00 00000005"), OfFaultKind::kBadGroupCommand);
  EXPECT_EQ(fault_in("04 0f 0010 00000001 0000 04 00 00000005"), OfFaultKind::kBadGroupType);
}

TEST(GroupStats, AreWritten) {
  const GroupStats group{5, 1, {2, 3}, milliseconds(1500), {{4, 5}}};
  EXPECT_EQ(
      encoded(GroupStatsReply{{group}}, k13),
      plain_hex("04 13 0048 00000001 0006 0000 00000000 0038 0000 00000005 00000001 00000000"
                "0000000000000002 0000000000000003 00000001 1dcd6500 0000000000000004 0000000000000005"));
  EXPECT_EQ(decoded<GroupStatsRequest>("04 12 0018 00000001 0006 0000 00000000 00000005 00000000").group, 5u);
}

TEST(GroupDesc, IsWritten) {
  const GroupDesc group{GroupType::kSelect, 5, {{.weight = 2, .actions = {of::Output{OfPort{3}}}}}};
  EXPECT_EQ(encoded(GroupDescReply{{group}}, k13),
            plain_hex("04 13 0038 00000001 0007 0000 00000000 0028 01 00 00000005"
                      "0020 0002 ffffffff ffffffff 00000000 0000 0010 00000003 ffff 000000000000"));
}

TEST(MeterMod, ReadsItsBands) {
  const auto mod =
      decoded<MeterMod>("04 1d 0020 00000001 0000 0005 00000007 0001 0010 000003e8 00000064 00000000");
  EXPECT_EQ(mod.command, MeterMod::Command::kAdd);
  EXPECT_EQ(mod.meter, (MeterConfig{7, 5, {{MeterBand::Type::kDrop, 1000, 100, 0}}}));
  EXPECT_EQ(fault_in("04 1d 0010 00000001 0003 0001 00000007"), OfFaultKind::kBadMeterCommand);
  EXPECT_EQ(fault_in("04 1d 0010 00000001 0000 0010 00000007"), OfFaultKind::kBadMeterFlags);
}

TEST(MeterStats, AreWritten) {
  const MeterStats meter{7, 1, {2, 3}, milliseconds(1500), {{4, 5}}};
  EXPECT_EQ(
      encoded(MeterStatsReply{{meter}}, k13),
      plain_hex("04 13 0048 00000001 0009 0000 00000000 00000007 0038 000000000000 00000001"
                "0000000000000002 0000000000000003 00000001 1dcd6500 0000000000000004 0000000000000005"));
  EXPECT_EQ(encoded(MeterConfigReply{{{7, 5, {{MeterBand::Type::kDrop, 1000, 100, 0}}}}}, k13),
            plain_hex("04 13 0028 00000001 000a 0000 00000000 0018 0005 00000007"
                      "0001 0010 000003e8 00000064 00000000"));
  EXPECT_EQ(encoded(MeterFeaturesReply{100, 6, 0xf, 8, 0}, k13),
            plain_hex("04 13 0020 00000001 000b 0000 00000000 00000064 00000006 0000000f 08 00 0000"));
}

TEST(RequestForward, HoldsTheRequestAsTheReadersVersionHasIt) {
  const MeterMod mod{MeterMod::Command::kDelete, {.id = 7}};
  EXPECT_EQ(encoded(RequestForward{mod}, k14),
            plain_hex("05 20 0018 00000001 05 1d 0010 00000001 0002 0000 00000007"));
}

}  // namespace
}  // namespace flowbed::sw::ofp
