#include "switchd/openflow/match_codec.hh"

#include <gtest/gtest.h>

#include "tests/switchd/openflow/hex.hh"

namespace flowbed::sw {
namespace {

using Kind = OfFaultKind;

const Field& field(std::string_view name) { return field_named(name); }

Match of(std::initializer_list<std::pair<const char*, FieldValue>> values) {
  Match match;
  for (const auto& [name, value] : values) match.set(field(name), value);
  return match;
}

Match read(std::string_view hex, OfVersion version = OfVersion::k13) {
  const ByteString bytes = from_hex(hex);
  WireReader reader(bytes);
  const Match match = read_match(reader, version);
  EXPECT_EQ(reader.left(), 0u);
  return match;
}

std::string write(const Match& match, OfVersion version = OfVersion::k13) {
  WireWriter writer;
  write_match(match, version, writer);
  return to_hex(writer.written());
}

Match read_entries(std::string_view hex, Cookie* cookie = nullptr) {
  const ByteString bytes = from_hex(hex);
  return read_match_entries(WireReader(bytes), cookie);
}

std::string write_entries(const Match& match, bool nicira, OfVersion version = OfVersion::k13) {
  WireWriter writer;
  write_match_entries(match, version, nicira, writer);
  return to_hex(writer.written());
}

// Of OXM entries alone, in a match of 1.3.
std::optional<Kind> fault_in(std::string_view entries, OfVersion version = OfVersion::k13) {
  WireWriter writer;
  const ByteString bytes = from_hex(entries);
  writer.u16(1);
  writer.u16(static_cast<uint16_t>(4 + bytes.size()));
  writer.bytes(bytes);
  writer.pad_to(8);
  return fault_of([&] { read(to_hex(writer.written()), version); });
}

void expect_both_ways(std::string_view entries, const Match& match) {
  EXPECT_TRUE(read_entries(entries) == match) << entries;
  EXPECT_EQ(write_entries(match, false), tidy_hex(entries));
}

TEST(OxmMatch, AnEmptyOneHasOnlyItsHeaderAndPadding) {
  EXPECT_TRUE(read("0001 0004 00000000") == Match{});
  EXPECT_EQ(write({}), "00010004 00000000");
}

TEST(OxmMatch, PaddingIsNotCountedInTheLength) {
  const char* hex = "0001 000c 80000004 00000003 00000000";
  EXPECT_TRUE(read(hex) == of({{"in_port", 3}}));
  EXPECT_EQ(write(of({{"in_port", 3}})), tidy_hex(hex));
}

TEST(OxmMatch, ReadsNothingBehindItself) {
  const ByteString bytes = from_hex("0001 0004 00000000 abcd");
  WireReader reader(bytes);
  read_match(reader, OfVersion::k13);
  EXPECT_EQ(reader.left(), 2u);
}

TEST(OxmMatch, RefusesOtherTypesAndLengths) {
  EXPECT_EQ(fault_of([] { read("0000 0004 00000000"); }), Kind::kBadMatchType);
  EXPECT_EQ(fault_of([] { read("0001 0003 00000000"); }), Kind::kBadMatchLength);
  EXPECT_EQ(fault_of([] { read("0001 0010 80000004 00000003"); }), Kind::kBadMatchLength);
  EXPECT_EQ(fault_of([] { read("0001 000c 80000004 00000003"); }), Kind::kBadMatchLength);  // no padding
}

TEST(OxmMatch, PipelineFields) {
  expect_both_ways("80000004 00000001", of({{"in_port", 1}}));
  expect_both_ways("80000204 00000001", of({{"in_phy_port", 1}}));
  expect_both_ways("80000408 0000000000000005", of({{"metadata", 5}}));
  expect_both_ways("80004c08 0000000000000007", of({{"tun_id", 7}}));
  Match masked;
  masked.set(field("metadata"), 0x10, 0xf0);
  expect_both_ways("80000510 0000000000000010 00000000000000f0", masked);
}

TEST(OxmMatch, Ethernet) {
  expect_both_ways("80000806 000000000001 80000606 ffffffffffff 80000a02 88cc",
                   of({{"dl_src", 1}, {"dl_dst", 0xffffffffffff}, {"dl_type", 0x88cc}}));
  Match multicast;
  multicast.set(field("dl_dst"), 0x010000000000, 0x010000000000);
  expect_both_ways("8000070c 010000000000 010000000000", multicast);
}

TEST(OxmMatch, Tags) {
  expect_both_ways("80000c02 0000", of({{"vlan_vid", 0}}));
  expect_both_ways("80000c02 100a 80000e01 03", of({{"vlan_vid", 0x100a}, {"vlan_pcp", 3}}));
  Match tagged;
  tagged.set(field("vlan_vid"), 0x1000, 0x1000);
  expect_both_ways("80000d04 1000 1000", tagged);
  EXPECT_EQ(fault_in("80000c02 0005"), Kind::kBadMatchValue);
  EXPECT_EQ(fault_in("80000c02 3005"), Kind::kBadMatchValue);
  EXPECT_EQ(fault_in("80000e01 03"), Kind::kBadMatchPrerequisite);
  EXPECT_EQ(fault_in("80000c02 0000 80000e01 03"), Kind::kBadMatchPrerequisite);
  EXPECT_EQ(fault_in("80000c02 1005 80000e01 08"), Kind::kBadMatchValue);
}

TEST(OxmMatch, IpAndTransport) {
  Match match = of({{"dl_type", 0x0800}, {"nw_proto", 6}, {"ip_dscp", 46}, {"nw_ecn", 1}, {"tcp_dst", 80}});
  match.set(field("nw_src"), 0x0a000000, 0xff000000);
  expect_both_ways(
      "80000a02 0800 80001708 0a000000 ff000000 80001401 06 80001001 2e 80001201 01 80001c02 0050", match);
  expect_both_ways("80000a02 0800 80001401 11 80001e02 0035 80002002 0044",
                   of({{"dl_type", 0x0800}, {"nw_proto", 17}, {"udp_src", 53}, {"udp_dst", 68}}));
  expect_both_ways("80000a02 0800 80001401 84 80002202 0001 80002402 0002",
                   of({{"dl_type", 0x0800}, {"nw_proto", 132}, {"sctp_src", 1}, {"sctp_dst", 2}}));
  expect_both_ways("80000a02 0800 80001401 01 80002601 08 80002801 00",
                   of({{"dl_type", 0x0800}, {"nw_proto", 1}, {"icmp_type", 8}, {"icmp_code", 0}}));
}

TEST(OxmMatch, Arp) {
  expect_both_ways(
      "80000a02 0806 80002a02 0001 80002c04 0a000001 80002e04 0a000002 80003006 000000000001 80003206 "
      "000000000000",
      of({{"dl_type", 0x0806},
          {"arp_op", 1},
          {"arp_spa", 0x0a000001},
          {"arp_tpa", 0x0a000002},
          {"arp_sha", 1},
          {"arp_tha", 0}}));
}

TEST(OxmMatch, Ipv6) {
  const FieldValue address = FieldValue{0x20010db800000000} << 64 | 1;
  Match match = of({{"dl_type", 0x86dd}, {"ipv6_src", address}, {"ipv6_label", 0x12345}, {"nw_proto", 58}});
  match.set(field("ipv6_exthdr"), 4, 4);
  match.set(field("icmpv6_type"), 135);
  match.set(field("nd_target"), address);
  match.set(field("nd_sll"), 7);
  expect_both_ways(
      "80000a02 86dd 80003410 20010db8000000000000000000000001 80003804 00012345 80004f04 0004 0004 80001401 "
      "3a"
      "80003a01 87 80003e10 20010db8000000000000000000000001 80004006 000000000007",
      match);
  EXPECT_EQ(fault_in("80000a02 86dd 80003804 00112345"), Kind::kBadMatchValue);
  // The target's hardware address is in advertisements only.
  EXPECT_EQ(fault_in("80000a02 86dd 80001401 3a 80003a01 87 80004206 000000000007"),
            Kind::kBadMatchPrerequisite);
}

TEST(OxmMatch, MplsAndPbb) {
  expect_both_ways("80000a02 8847 80004404 000fffff 80004601 07 80004801 01",
                   of({{"dl_type", 0x8847}, {"mpls_label", 0xfffff}, {"mpls_tc", 7}, {"mpls_bos", 1}}));
  expect_both_ways("80000a02 88e7 80004a03 123456", of({{"dl_type", 0x88e7}, {"pbb_isid", 0x123456}}));
  EXPECT_EQ(fault_in("80000a02 8847 80004404 00100000"), Kind::kBadMatchValue);
}

TEST(OxmMatch, PbbUcaIsOf14) {
  const char* entries = "80000a02 88e7 80005201 01";
  EXPECT_EQ(fault_in(entries, OfVersion::k13), Kind::kBadMatchField);
  EXPECT_EQ(fault_in(entries, OfVersion::k14), std::nullopt);
}

TEST(OxmMatch, TcpFlagsAreAnExperimentersField) {
  Match match = of({{"dl_type", 0x0800}, {"nw_proto", 6}});
  match.set(field("tcp_flags"), 2, 0x12);
  expect_both_ways("80000a02 0800 80001401 06 ffff5508 4f4e4600 0002 0012", match);
  EXPECT_EQ(fault_in("80000a02 0800 80001401 06 ffff5406 4f4e4601 0002"), Kind::kBadMatchField);
  EXPECT_EQ(fault_in("ffff5402 4f4e"), Kind::kBadMatchField);
}

TEST(OxmMatch, HoldsNxmForWhatItLacks) {
  expect_both_ways("80000004 00000001 80000a02 0800 00010004 00000005 00013a01 40",
                   of({{"reg0", 5}, {"in_port", 1}, {"dl_type", 0x0800}, {"nw_ttl", 64}}));
  EXPECT_EQ(fault_in("00013a01 40"), Kind::kBadMatchPrerequisite);
}

TEST(OxmMatch, RefusesMalformedEntries) {
  EXPECT_EQ(fault_in("80000003 000001"), Kind::kBadMatchLength);
  EXPECT_EQ(fault_in("80000104 00000001"), Kind::kBadMatchLength);  // a mask is said to follow
  EXPECT_EQ(fault_in("8000"), Kind::kBadMatchLength);
  EXPECT_EQ(fault_in("80000004 0000"), Kind::kBadMatchLength);
  EXPECT_EQ(fault_in("8000fe01 00"), Kind::kBadMatchField);
  EXPECT_EQ(fault_in("80010004 00000000"), Kind::kBadMatchField);
  EXPECT_EQ(fault_in("80000004 00000001 80000004 00000001"), Kind::kDuplicateMatchField);
  EXPECT_EQ(fault_in("80001604 0a000001"), Kind::kBadMatchPrerequisite);
  EXPECT_EQ(fault_in("80001604 0a000001 80000a02 0800"), Kind::kBadMatchPrerequisite);  // too late
  EXPECT_EQ(fault_in("80000a02 0800 80001401 11 80001c02 0050"), Kind::kBadMatchPrerequisite);
  EXPECT_EQ(fault_in("80000a02 0800 80001001 40"), Kind::kBadMatchValue);
}

TEST(OxmMatch, Masks) {
  EXPECT_EQ(fault_in("80000b04 0800 ff00"), Kind::kBadMatchMask);
  EXPECT_EQ(fault_in("80000b04 0800 0800"), Kind::kBadMatchMask);
  EXPECT_EQ(fault_in("80000510 0000000000000011 00000000000000f0"), Kind::kBadMatchWildcards);
  EXPECT_TRUE(read_entries("80000b04 0800 ffff") == of({{"dl_type", 0x0800}}));
  EXPECT_TRUE(read_entries("80000510 0000000000000000 0000000000000000") == Match{});
}

TEST(NxmMatch, HasItsOwnNumbers) {
  Match match = of({{"in_port", 0xfffffffe}, {"dl_type", 0x0800}, {"nw_tos", 0x2e}, {"reg15", 9}});
  match.set(field("nw_dst"), 0x0a000000, 0xff000000);
  const char* entries =
      "00011e04 00000009 00000002 fffe 00000602 0800 00001108 0a000000 ff000000 00000a01 b8";
  EXPECT_EQ(write_entries(match, true), tidy_hex(entries));
  EXPECT_TRUE(read_entries(entries) == match);
  EXPECT_EQ(fault_of([] { read_entries("00000602 0800 00000a01 b9"); }), Kind::kBadMatchValue);
}

TEST(NxmMatch, HasTheWholeTag) {
  Match match;
  match.set(field("vlan_tci"), 0xb00a, 0xffff);
  EXPECT_EQ(write_entries(match, true), "00000802 b00a");
  EXPECT_EQ(write_entries(match, false), tidy_hex("80000c02 100a 80000e01 05"));
  EXPECT_TRUE(read_entries("00000802 b00a") == match);
}

TEST(NxmMatch, AWholeTagThatOxmCannotSayStaysOne) {
  Match match;
  match.set(field("vlan_tci"), 0, 0xffff);
  expect_both_ways("00000802 0000", match);
  match = {};
  match.set(field("vlan_tci"), 0x9000, 0x9000);
  expect_both_ways("00000904 9000 9000", match);
}

TEST(NxmMatch, UsesOxmForWhatItLacks) {
  const Match match = of({{"metadata", 1}, {"dl_type", 0x0800}, {"nw_proto", 132}, {"sctp_dst", 5}});
  EXPECT_EQ(write_entries(match, true),
            tidy_hex("00000602 0800 00000c01 84 80000408 0000000000000001 80002402 0005"));
}

TEST(NxmMatch, PortsBeyond16BitsAreWrittenAsOxm) {
  EXPECT_EQ(write_entries(of({{"in_port", 70000}}), true), "80000004 00011170");
}

TEST(NxmMatch, ACookieIsNoField) {
  Cookie cookie;
  EXPECT_TRUE(read_entries("00013d10 0000000000000012 00000000000000ff 00000002 0001", &cookie) ==
              of({{"in_port", 1}}));
  EXPECT_EQ(cookie.value, 0x12u);
  EXPECT_EQ(cookie.mask, 0xffu);
  EXPECT_EQ(fault_of([] { read_entries("00013c08 0000000000000012"); }), Kind::kBadMatchField);
  // With one byte, the same number is the TTL of MPLS.
  EXPECT_TRUE(read_entries("00000602 8847 00013c01 40") == of({{"dl_type", 0x8847}, {"mpls_ttl", 64}}));
}

TEST(Entry, HeaderTellsFieldMaskAndPayload) {
  const ByteString bytes = from_hex("ffff5508 4f4e4600 0002 0012");
  WireReader reader(bytes);
  const EntryHeader header = read_entry_header(reader);
  EXPECT_EQ(header.field, &field("tcp_flags"));
  EXPECT_TRUE(header.has_mask);
  EXPECT_EQ(header.payload, 4u);
  EXPECT_EQ(read_entry_value(*header.field, 2, reader), 2u);
}

}  // namespace
}  // namespace flowbed::sw
