#include "switchd/openflow/action_codec.hh"

#include <gtest/gtest.h>

#include "tests/switchd/openflow/hex.hh"

namespace flowbed::sw {
namespace {

using Kind = OfFaultKind;
using enum OfVersion;

const Field& field(std::string_view name) { return field_named(name); }

OfAction set(std::string_view name, FieldValue value) {
  return of::SetField{&field(name), value, field(name).all_ones()};
}

OfActions read(std::string_view hex, OfVersion version) {
  const ByteString bytes = from_hex(hex);
  return read_actions(WireReader(bytes), version);
}

std::string write(const OfActions& actions, OfVersion version) {
  WireWriter writer;
  write_actions(actions, version, writer);
  return to_hex(writer.written());
}

void expect_both_ways(OfVersion version, const char* hex, const OfAction& action) {
  EXPECT_EQ(write({action}, version), tidy_hex(hex));
  EXPECT_TRUE(read(hex, version) == OfActions{action}) << hex;
}

std::optional<Kind> fault_in(OfVersion version, const char* hex) {
  return fault_of([&] { read(hex, version); });
}

TEST(ActionsV10, EachKind) {
  expect_both_ways(k10, "0000 0008 0002 0000", of::Output{OfPort{2}, 0});
  expect_both_ways(k10, "0000 0008 fffd 0080", of::Output{kOfPortController, 128});
  expect_both_ways(k10, "0001 0008 000a 0000", of::SetVlanVid{10});
  expect_both_ways(k10, "0002 0008 05 000000", of::SetVlanPcp{5});
  expect_both_ways(k10, "0003 0008 00000000", of::PopVlan{});
  expect_both_ways(k10, "0004 0010 0a0b0c0d0e0f 000000000000", set("dl_src", 0x0a0b0c0d0e0f));
  expect_both_ways(k10, "0005 0010 0a0b0c0d0e0f 000000000000", set("dl_dst", 0x0a0b0c0d0e0f));
  expect_both_ways(k10, "0006 0008 0a000001", set("nw_src", 0x0a000001));
  expect_both_ways(k10, "0007 0008 0a000001", set("nw_dst", 0x0a000001));
  expect_both_ways(k10, "0008 0008 b8 000000", set("nw_tos", 0x2e));
  expect_both_ways(k10, "0009 0008 0050 0000", of::SetTransport{true, 80});
  expect_both_ways(k10, "000a 0008 0050 0000", of::SetTransport{false, 80});
  expect_both_ways(k10, "000b 0010 0003 000000000000 00000007", of::Enqueue{OfPort{3}, 7});
}

TEST(ActionsV10, FieldsOfNewerVersionsTakeTheOldForm) {
  EXPECT_EQ(write({set("tcp_dst", 80)}, k10), tidy_hex("000a 0008 0050 0000"));
  EXPECT_EQ(write({set("vlan_vid", 0x100a)}, k10), tidy_hex("0001 0008 000a 0000"));
  EXPECT_EQ(write({set("ip_dscp", 46)}, k10), tidy_hex("0008 0008 b8 000000"));
}

TEST(ActionsV10, LeavesOutWhatItCannotSay) {
  EXPECT_EQ(write({of::Group{1}, of::PushVlan{0x8100}, of::PopPbb{}, of::CopyTtlIn{}}, k10), "");
}

TEST(ActionsV10, Refuses) {
  EXPECT_EQ(fault_in(k10, "0001 0008 1000 0000"), Kind::kBadActionArgument);
  EXPECT_EQ(fault_in(k10, "0002 0008 08 000000"), Kind::kBadActionArgument);
  EXPECT_EQ(fault_in(k10, "0008 0008 b9 000000"), Kind::kBadActionArgument);
  EXPECT_EQ(fault_in(k10, "000c 0008 00000000"), Kind::kBadActionType);
  EXPECT_EQ(fault_in(k10, "0019 0010 80000a02 08000000 00000000"), Kind::kBadActionType);
  EXPECT_EQ(fault_in(k10, "0000 0010 0002 0000 0000000000000000"), Kind::kBadActionLength);
  EXPECT_EQ(fault_in(k10, "ffff 0010 00000001 0000000000000000"), Kind::kBadActionExperimenter);
}

TEST(Actions, FramesAreBounded) {
  EXPECT_EQ(fault_in(k13, "0000"), Kind::kBadActionLength);
  EXPECT_EQ(fault_in(k13, "0000 0000"), Kind::kBadActionLength);
  EXPECT_EQ(fault_in(k13, "0000 0004"), Kind::kBadActionLength);
  EXPECT_EQ(fault_in(k13, "0000 000c 00000001 ffff0000"), Kind::kBadActionLength);
  EXPECT_EQ(fault_in(k13, "0000 0010 00000001"), Kind::kBadActionLength);
  EXPECT_EQ(fault_in(k13, "0000 fff8 00000001"), Kind::kBadActionLength);
  EXPECT_EQ(read("", k13), OfActions{});
}

TEST(ActionsV13, EachKind) {
  for (const OfVersion version : {k13, k14}) {
    expect_both_ways(version, "0000 0010 00000002 ffff 000000000000", of::Output{OfPort{2}});
    expect_both_ways(version, "0000 0010 fffffffd 0080 000000000000", of::Output{kOfPortController, 128});
    expect_both_ways(version, "000b 0008 00000000", of::CopyTtlOut{});
    expect_both_ways(version, "000c 0008 00000000", of::CopyTtlIn{});
    expect_both_ways(version, "000f 0008 40 000000", of::SetMplsTtl{64});
    expect_both_ways(version, "0010 0008 00000000", of::DecrementMplsTtl{});
    expect_both_ways(version, "0011 0008 8100 0000", of::PushVlan{0x8100});
    expect_both_ways(version, "0012 0008 00000000", of::PopVlan{});
    expect_both_ways(version, "0013 0008 8847 0000", of::PushMpls{0x8847});
    expect_both_ways(version, "0014 0008 0800 0000", of::PopMpls{0x0800});
    expect_both_ways(version, "0015 0008 00000007", of::SetQueue{7});
    expect_both_ways(version, "0016 0008 00000005", of::Group{5});
    expect_both_ways(version, "0017 0008 40 000000", of::SetTtl{64});
    expect_both_ways(version, "0018 0008 00000000", of::DecrementTtl{});
    expect_both_ways(version, "001a 0008 88e7 0000", of::PushPbb{0x88e7});
    expect_both_ways(version, "001b 0008 00000000", of::PopPbb{});
  }
}

TEST(ActionsV13, SetField) {
  expect_both_ways(k13, "0019 0010 80000c02 100a 000000000000", set("vlan_vid", 0x100a));
  expect_both_ways(k13, "0019 0010 80000606 0a0b0c0d0e0f 0000", set("dl_dst", 0x0a0b0c0d0e0f));
  expect_both_ways(k13, "0019 0018 80003410 20010db8000000000000000000000001",
                   set("ipv6_src", FieldValue{0x20010db800000000} << 64 | 1));
  expect_both_ways(k13, "0019 0010 80004c08 0000000000000009", set("tun_id", 9));
  expect_both_ways(k13, "0019 0010 00010004 00000009 00000000", set("reg0", 9));
  EXPECT_EQ(write({set("nw_tos", 46)}, k13), tidy_hex("0019 0010 80001001 2e 00000000000000"));
}

TEST(ActionsV13, SetFieldRefuses) {
  EXPECT_EQ(fault_in(k13, "0019 0010 80000a02 0800 000000000000"), Kind::kBadSetType);   // EtherType
  EXPECT_EQ(fault_in(k13, "0019 0010 80000004 00000001 00000000"), Kind::kBadSetType);   // in-port
  EXPECT_EQ(fault_in(k13, "0019 0010 80000408 0000000000000001"), Kind::kBadSetType);    // metadata
  EXPECT_EQ(fault_in(k13, "0019 0010 8000fe02 0800 000000000000"), Kind::kBadSetType);   // unknown
  EXPECT_EQ(fault_in(k13, "0019 0010 80000d04 1000 1000 00000000"), Kind::kBadSetType);  // masked
  EXPECT_EQ(fault_in(k13, "0019 0010 80000c03 100a00 0000000000"), Kind::kBadSetLength);
  EXPECT_EQ(fault_in(k13, "0019 0010 80000e01 08 00000000000000"), Kind::kBadSetArgument);
  EXPECT_EQ(fault_in(k13, "0019 0010 80000c02 000a 000000000000"), Kind::kBadSetArgument);  // not present
  EXPECT_EQ(fault_in(k13, "0019 0018 80000c02 100a 000000000000 0000000000000000"), Kind::kBadActionLength);
  EXPECT_EQ(fault_in(k13, "0019 0008 80000606"), Kind::kBadActionLength);
  EXPECT_EQ(fault_in(k13, "0019 0010 80005201 01 00000000000000"), Kind::kBadSetType);  // PBB's UCA
  EXPECT_EQ(fault_in(k14, "0019 0010 80005201 01 00000000000000"), std::nullopt);
}

TEST(ActionsV13, Refuses) {
  EXPECT_EQ(fault_in(k13, "0011 0008 0800 0000"), Kind::kBadTag);
  EXPECT_EQ(fault_in(k13, "0013 0008 0800 0000"), Kind::kBadTag);
  EXPECT_EQ(fault_in(k13, "001a 0008 0800 0000"), Kind::kBadTag);
  EXPECT_EQ(fault_in(k13, "0001 0008 000a 0000"), Kind::kBadActionType);
  EXPECT_EQ(fault_in(k13, "0000 0008 00000001"), Kind::kBadActionLength);
  EXPECT_EQ(fault_in(k13, "ffff 0008 4f4e4600"), Kind::kBadActionExperimenter);
}

TEST(ActionsV13, OldActionsTakeTheNewForm) {
  EXPECT_EQ(write({of::Enqueue{OfPort{3}, 7}}, k13),
            tidy_hex("0015 0008 00000007 0000 0010 00000003 ffff 000000000000"
                     "ffff 0010 00002320 0005 000000000000"));
  EXPECT_EQ(write({of::SetVlanVid{10}}, k13), tidy_hex("0019 0010 80000c02 100a 000000000000"));
  EXPECT_EQ(write({of::SetTransport{false, 80}}, k13), tidy_hex("0019 0010 80001c02 0050 000000000000"));
}

TEST(Ports, Of16BitsAreWidenedFromTheReservedOnesOn) {
  const auto widened = [](std::string_view hex) {
    const ByteString bytes = from_hex(hex);
    WireReader reader(bytes);
    return read_port(reader, k10);
  };
  EXPECT_EQ(widened("0001"), OfPort{1});
  EXPECT_EQ(widened("ff00"), OfPort{0xff00});
  EXPECT_EQ(widened("fff8"), kOfPortInPort);
  EXPECT_EQ(widened("fffa"), kOfPortNormal);
  EXPECT_EQ(widened("fffe"), kOfPortLocal);
  EXPECT_EQ(widened("ffff"), kOfPortAny);
  WireWriter writer;
  for (const OfPort port : {OfPort{1}, kOfPortInPort, kOfPortAny, OfPort{70000}, kOfPortUnset})
    write_port(port, k10, writer);
  write_port(kOfPortLocal, k13, writer);
  EXPECT_EQ(to_hex(writer.written()), tidy_hex("0001 fff8 ffff ffff ffff fffffffe"));
}

}  // namespace
}  // namespace flowbed::sw
