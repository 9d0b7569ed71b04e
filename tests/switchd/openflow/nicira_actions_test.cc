#include <gtest/gtest.h>

#include "switchd/openflow/action_codec.hh"
#include "tests/switchd/openflow/hex.hh"

namespace flowbed::sw {
namespace {

using Kind = OfFaultKind;

const Field& field(std::string_view name) { return field_named(name); }
FieldSlice slice(std::string_view name, unsigned offset, unsigned count) {
  return {&field(name), offset, count};
}

OfActions read(std::string_view hex) {
  const ByteString bytes = from_hex(hex);
  return read_actions(WireReader(bytes), OfVersion::k10);
}

std::string write(const OfAction& action, OfVersion version) {
  WireWriter writer;
  write_actions({action}, version, writer);
  return to_hex(writer.written());
}

// The same in all versions.
void expect_both_ways(const std::string& hex, const OfAction& action) {
  EXPECT_EQ(write(action, OfVersion::k10), tidy_hex(hex));
  EXPECT_EQ(write(action, OfVersion::k13), tidy_hex(hex));
  EXPECT_TRUE(read(hex) == OfActions{action}) << hex;
}

std::optional<Kind> fault_in(const std::string& hex) {
  return fault_of([&] { read(hex); });
}

TEST(NiciraActions, Resubmit) {
  expect_both_ways("ffff 0010 00002320 0001 0005 00 000000", of::Resubmit{.port = OfPort{5}});
  expect_both_ways("ffff 0010 00002320 000e fff8 03 000000", of::Resubmit{.table = uint8_t{3}});
  expect_both_ways("ffff 0010 00002320 000e 0005 03 000000",
                   of::Resubmit{.port = OfPort{5}, .table = uint8_t{3}});
  expect_both_ways("ffff 0010 00002320 000e fff8 ff 000000", of::Resubmit{});
}

TEST(NiciraActions, TunnelsAndQueues) {
  expect_both_ways("ffff 0010 00002320 0002 0000 00000005", of::Load{slice("tun_id", 0, 64), 5});
  expect_both_ways("ffff 0018 00002320 0009 000000000000 0000000100000005",
                   of::Load{slice("tun_id", 0, 64), 0x100000005});
  expect_both_ways("ffff 0010 00002320 0005 000000000000", of::PopQueue{});
  EXPECT_EQ(write(of::SetQueue{7}, OfVersion::k10), tidy_hex("ffff 0010 00002320 0004 0000 00000007"));
  EXPECT_EQ(read("ffff 0010 00002320 0004 0000 00000007"), OfActions{of::SetQueue{7}});
}

TEST(NiciraActions, Move) {
  expect_both_ways("ffff 0018 00002320 0006 0030 0000 0000 00000406 00000206",
                   of::Move{slice("dl_src", 0, 48), slice("dl_dst", 0, 48)});
  expect_both_ways("ffff 0018 00002320 0006 0010 0004 0008 00010004 00010204",
                   of::Move{slice("reg0", 4, 16), slice("reg1", 8, 16)});
  // To a field that cannot be set, beyond a field, of no bits.
  EXPECT_EQ(fault_in("ffff 0018 00002320 0006 0008 0000 0000 00010004 00000c01"), Kind::kBadActionArgument);
  EXPECT_EQ(fault_in("ffff 0018 00002320 0006 0010 0011 0000 00010004 00010204"), Kind::kBadActionArgument);
  EXPECT_EQ(fault_in("ffff 0018 00002320 0006 0000 0000 0000 00010004 00010204"), Kind::kBadActionArgument);
  EXPECT_EQ(fault_in("ffff 0018 00002320 0006 0010 0000 0000 0001fe04 00010204"), Kind::kBadActionArgument);
}

TEST(NiciraActions, MoveOfWholeFieldsThatAreShorterThanTheirBytes) {
  EXPECT_EQ(read("ffff 0018 00002320 0006 0010 0000 0000 00001e02 00001e02"),
            (OfActions{of::Move{slice("arp_op", 0, 8), slice("arp_op", 0, 8)}}));
  EXPECT_EQ(read("ffff 0018 00002320 0006 0010 0000 0000 00000002 00010004"),
            (OfActions{of::Move{slice("in_port", 0, 16), slice("reg0", 0, 16)}}));
  expect_both_ways("ffff 0018 00002320 0006 0006 0002 0000 00000a01 00010004",
                   of::Move{slice("nw_tos", 0, 6), slice("reg0", 0, 6)});
}

TEST(NiciraActions, Load) {
  expect_both_ways("ffff 0018 00002320 0007 001f 00010004 0000000000001234",
                   of::Load{slice("reg0", 0, 32), 0x1234});
  expect_both_ways("ffff 0018 00002320 0007 010b 00010004 0000000000000fff",
                   of::Load{slice("reg0", 4, 12), 0xfff});
  // More than the bits hold; no such field; a field that is not set.
  EXPECT_EQ(fault_in("ffff 0018 00002320 0007 010b 00010004 0000000000001000"), Kind::kBadActionArgument);
  EXPECT_EQ(fault_in("ffff 0018 00002320 0007 010b 0001fe04 0000000000000000"), Kind::kBadActionArgument);
  EXPECT_EQ(fault_in("ffff 0018 00002320 0007 000f 00000602 0000000000000800"), Kind::kBadActionArgument);
}

TEST(NiciraActions, LoadOfArpsOperationAndTheInPort) {
  EXPECT_EQ(read("ffff 0018 00002320 0007 000f 00001e02 0000000000000002"),
            OfActions{(of::Load{slice("arp_op", 0, 8), 2})});
  EXPECT_EQ(read("ffff 0018 00002320 0007 000f 00000002 000000000000ffff"),
            OfActions{(of::Load{slice("in_port", 0, 32), 0xffffffff})});
  expect_both_ways("ffff 0018 00002320 0007 001f 80000004 0000000000000000",
                   of::Load{slice("in_port", 0, 32), 0});
  EXPECT_EQ(read("ffff 0018 00002320 0007 0007 00000a01 00000000000000b8"),
            OfActions{(of::Load{slice("nw_tos", 0, 6), 0x2e})});
}

TEST(NiciraActions, LoadWithAnEntry) {
  expect_both_ways("ffff 0018 00002320 0021 00010108 00000010 000000f0 0000",
                   of::SetField{&field("reg0"), 0x10, 0xf0});
  EXPECT_EQ(fault_in("ffff 0018 00002320 0021 00010108 00000011 000000f0 0000"), Kind::kBadSetArgument);
  EXPECT_EQ(fault_in("ffff 0018 00002320 0021 00010108 00000000 00000000 0000"), Kind::kBadSetArgument);
  EXPECT_EQ(fault_in("ffff 0018 00002320 0021 00013a01 40 00 0000000000000000"), Kind::kBadActionLength);
}

TEST(NiciraActions, WriteMetadata) {
  expect_both_ways("ffff 0020 00002320 0016 000000000000 0000000000000012 00000000000000ff",
                   of::SetField{&field("metadata"), 0x12, 0xff});
}

TEST(NiciraActions, NoteIsPadded) {
  expect_both_ways("ffff 0010 00002320 0008 010203040506", of::Note{{1, 2, 3, 4, 5, 6}});
  EXPECT_EQ(write(of::Note{{1, 2, 3, 4, 5, 6, 7}}, OfVersion::k13),
            tidy_hex("ffff 0018 00002320 0008 01020304050607 00000000000000"));
}

TEST(NiciraActions, OutputOfAField) {
  expect_both_ways("ffff 0018 00002320 000f 000f 00010004 0080 000000000000",
                   of::OutputField{slice("reg0", 0, 16), 128});
  EXPECT_EQ(read("ffff 0018 00002320 0020 000f 0080 00010004 000000000000"),
            (OfActions{of::OutputField{slice("reg0", 0, 16), 128}}));
}

TEST(NiciraActions, TtlsAndControllers) {
  EXPECT_EQ(write(of::DecrementTtl{}, OfVersion::k10), tidy_hex("ffff 0010 00002320 0012 000000000000"));
  EXPECT_EQ(read("ffff 0010 00002320 0012 000000000000"), OfActions{of::DecrementTtl{}});
  expect_both_ways("ffff 0018 00002320 0015 0002 00000000 0001 0002 00000000", of::DecrementTtl{{1, 2}});
  EXPECT_EQ(fault_in("ffff 0018 00002320 0015 0005 00000000 0001 0002 00000000"), Kind::kBadActionLength);
  expect_both_ways("ffff 0010 00002320 0014 0080 0003 02 00",
                   of::Controller{128, 3, PacketInReason::kInvalidTtl});
  EXPECT_EQ(fault_in("ffff 0010 00002320 0014 0080 0003 09 00"), Kind::kBadActionArgument);
  EXPECT_EQ(
      read(
          "ffff 0028 00002320 0025 000000000000 0000 0006 0080 0000 0001 0006 0003 0000 0002 0005 02 000000"),
      (OfActions{of::Controller{128, 3, PacketInReason::kInvalidTtl}}));
}

TEST(NiciraActions, Labels) {
  const auto both = [](const char* hex, const OfAction& action) {
    EXPECT_EQ(write(action, OfVersion::k10), tidy_hex(hex));
    EXPECT_TRUE(read(hex) == OfActions{action}) << hex;
  };
  both("ffff 0010 00002320 0017 8847 00000000", of::PushMpls{0x8847});
  both("ffff 0010 00002320 0018 0800 00000000", of::PopMpls{0x0800});
  both("ffff 0010 00002320 0019 40 0000000000", of::SetMplsTtl{64});
  both("ffff 0010 00002320 001a 000000000000", of::DecrementMplsTtl{});
  both("ffff 0010 00002320 001e 0000 00012345", of::SetField{&field("mpls_label"), 0x12345, 0xfffff});
  both("ffff 0010 00002320 001f 05 0000000000", of::SetField{&field("mpls_tc"), 5, 7});
  EXPECT_EQ(fault_in("ffff 0010 00002320 0017 0800 00000000"), Kind::kBadTag);
}

TEST(NiciraActions, ConjunctionExitAndFinTimeout) {
  expect_both_ways("ffff 0010 00002320 0022 01 03 00000064", of::Conjunction{100, 1, 3});
  expect_both_ways("ffff 0010 00002320 0011 000000000000", of::Exit{});
  expect_both_ways("ffff 0010 00002320 0013 000a 0014 0000", of::FinTimeout{10, 20});
  EXPECT_EQ(fault_in("ffff 0010 00002320 0022 03 03 00000064"), Kind::kBadActionArgument);
  EXPECT_EQ(fault_in("ffff 0010 00002320 0022 00 01 00000064"), Kind::kBadActionArgument);
}

TEST(NiciraActions, UnknownOnesAndWrongLengths) {
  EXPECT_EQ(fault_in("ffff 0010 00002320 03e7 000000000000"), Kind::kBadActionExperimenterType);
  EXPECT_EQ(fault_in("ffff 0008 00002320"), Kind::kBadActionLength);
  EXPECT_EQ(fault_in("ffff 0018 00002320 0011 000000000000 0000000000000000"), Kind::kBadActionLength);
}

const std::string kLearnHead = "00002320 0010 000a 0014 8000 0000000000000063 0001 01 00 0001 0002 ";

of::Learn mac_learning() {
  of::Learn learn{.idle_timeout = 10,
                  .hard_timeout = 20,
                  .cookie = 0x63,
                  .flags = 1,
                  .table = 1,
                  .fin_idle_timeout = 1,
                  .fin_hard_timeout = 2,
                  .specs = {}};
  using Destination = of::LearnSpec::Destination;
  learn.specs.push_back({slice("vlan_tci", 0, 12), 0, Destination::kMatch, slice("vlan_tci", 0, 12)});
  learn.specs.push_back({slice("dl_src", 0, 48), 0, Destination::kMatch, slice("dl_dst", 0, 48)});
  learn.specs.push_back({std::nullopt, 0x0800, Destination::kMatch, slice("dl_type", 0, 16)});
  learn.specs.push_back({std::nullopt, 5, Destination::kLoad, slice("reg0", 0, 4)});
  learn.specs.push_back({slice("in_port", 0, 16), 0, Destination::kOutput, {nullptr, 0, 16}});
  return learn;
}

TEST(NiciraActions, Learn) {
  expect_both_ways("ffff 0058" + kLearnHead +
                       "000c 00000802 0000 00000802 0000"  // VLAN's id
                       "0030 00000406 0000 00000206 0000"  // the source as destination
                       "2010 0800 00000602 0000"           // dl_type=0x0800
                       "2804 0005 00010004 0000"           // load:5->reg0[0..3]
                       "1010 00000002 0000",               // output:in_port

                   mac_learning());
}

TEST(NiciraActions, LearnWidensTheInPort) {
  const OfActions actions = read("ffff 0030" + kLearnHead + "0010 00000002 0000 00000002 0000 0000");
  ASSERT_EQ(actions.size(), 1u);
  const auto& learn = std::get<of::Learn>(actions[0]);
  ASSERT_EQ(learn.specs.size(), 1u);
  EXPECT_EQ(learn.specs[0].from, slice("in_port", 0, 32));
  EXPECT_EQ(learn.specs[0].to, slice("in_port", 0, 32));
}

TEST(NiciraActions, LearnRefuses) {
  const auto fault = [](const char* length, const char* rest) {
    return fault_in(std::string("ffff ") + length + kLearnHead + rest);
  };
  EXPECT_EQ(fault("0028", "1810 0000 00000000"), Kind::kBadActionArgument);  // no such destination
  EXPECT_EQ(fault("0028", "4010 0000 00000000"), Kind::kBadActionArgument);
  EXPECT_EQ(fault("0028", "0010 00000602 0000"), Kind::kBadActionLength);    // where to is missing
  EXPECT_EQ(fault("0028", "27ff 0000 00000000"), Kind::kBadActionArgument);  // 2047 bits
  EXPECT_EQ(fault("0028", "0000 0000 00000001"), Kind::kBadActionArgument);  // behind the end
  EXPECT_EQ(fault("0030", "2804 0010 00010004 0000 000000000000"), Kind::kBadActionArgument);
  EXPECT_EQ(fault("0030", "2808 0010 00000c01 0000 000000000000"), Kind::kBadActionArgument);  // is not set
}

}  // namespace
}  // namespace flowbed::sw
