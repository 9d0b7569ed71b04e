#include <gtest/gtest.h>

#include "switchd/openflow/match_codec.hh"
#include "tests/switchd/openflow/hex.hh"

namespace flowbed::sw {
namespace {

const Field& field(std::string_view name) { return field_named(name); }

Match read_v10(std::string_view hex) {
  const ByteString bytes = from_hex(hex);
  WireReader reader(bytes);
  const Match match = read_match(reader, OfVersion::k10);
  EXPECT_EQ(reader.left(), 0u);
  return match;
}

std::string write_v10(const Match& match) {
  WireWriter writer;
  write_match(match, OfVersion::k10, writer);
  return to_hex(writer.written());
}

// Wildcards, in-port, addresses, tag, type, TOS and protocol, IP addresses, ports.
struct Case {
  const char* name;
  const char* hex;
  Match match;
};

Match of(std::initializer_list<std::pair<const char*, FieldValue>> values) {
  Match match;
  for (const auto& [name, value] : values) match.set(field(name), value);
  return match;
}

std::vector<Case> cases() {
  Match prefix = of({{"dl_type", 0x0800}});
  prefix.set(field("nw_src"), 0x0a000000, 0xff000000);
  prefix.set(field("nw_dst"), 0x0a000100, 0xffffff00);
  Match priority;
  priority.set(field("vlan_vid"), 0x1000, 0x1000);
  priority.set(field("vlan_pcp"), 5);
  return {
      {"everything",
       "003820ff 0000 000000000000 000000000000 0000 00 00 0000 00 00 0000 00000000 00000000 0000 0000",
       {}},
      {"in_port",
       "003820fe 0003 000000000000 000000000000 0000 00 00 0000 00 00 0000 00000000 00000000 0000 0000",
       of({{"in_port", 3}})},
      {"local",
       "003820fe fffe 000000000000 000000000000 0000 00 00 0000 00 00 0000 00000000 00000000 0000 0000",
       of({{"in_port", 0xfffffffe}})},
      {"addresses",
       "003820f3 0000 000000000001 0180c2000000 0000 00 00 0000 00 00 0000 00000000 00000000 0000 0000",
       of({{"dl_src", 1}, {"dl_dst", 0x0180c2000000}})},
      {"vlan",
       "003820fd 0000 000000000000 000000000000 000a 00 00 0000 00 00 0000 00000000 00000000 0000 0000",
       of({{"vlan_vid", 0x100a}})},
      {"untagged",
       "003820fd 0000 000000000000 000000000000 ffff 00 00 0000 00 00 0000 00000000 00000000 0000 0000",
       of({{"vlan_vid", 0}})},
      {"priority",
       "002820ff 0000 000000000000 000000000000 0000 05 00 0000 00 00 0000 00000000 00000000 0000 0000",
       priority},
      {"802.3",
       "003820ef 0000 000000000000 000000000000 0000 00 00 05ff 00 00 0000 00000000 00000000 0000 0000",
       of({{"dl_type", 0x05ff}})},
      {"prefixes",
       "003218ef 0000 000000000000 000000000000 0000 00 00 0800 00 00 0000 0a000000 0a000100 0000 0000",
       prefix},
      {"tcp",
       "0018200f 0000 000000000000 000000000000 0000 00 00 0800 b8 06 0000 00000000 00000000 0400 0050",
       of({{"dl_type", 0x0800}, {"nw_tos", 0x2e}, {"nw_proto", 6}, {"tcp_src", 1024}, {"tcp_dst", 80}})},
      {"icmp",
       "0038200f 0000 000000000000 000000000000 0000 00 00 0800 00 01 0000 00000000 00000000 0008 0000",
       of({{"dl_type", 0x0800}, {"nw_proto", 1}, {"icmp_type", 8}, {"icmp_code", 0}})},
      {"arp",
       "003000cf 0000 000000000000 000000000000 0000 00 00 0806 00 02 0000 0a000001 0a000002 0000 0000",
       of({{"dl_type", 0x0806}, {"arp_op", 2}, {"arp_spa", 0x0a000001}, {"arp_tpa", 0x0a000002}})},
  };
}

TEST(MatchV10, ReadsAndWritesEachMember) {
  for (const Case& c : cases()) {
    EXPECT_EQ(write_v10(c.match), tidy_hex(c.hex)) << c.name;
    EXPECT_TRUE(read_v10(c.hex) == c.match) << c.name;
  }
}

TEST(MatchV10, IgnoresWhatThePacketKindDoesNotHave) {
  const Match match = read_v10(
      "00000000 0001 000000000001 000000000002 ffff 07 00 88cc fc 06 0000 0a000001 0a000002 0001 0002");
  EXPECT_TRUE(match ==
              of({{"in_port", 1}, {"dl_src", 1}, {"dl_dst", 2}, {"vlan_vid", 0}, {"dl_type", 0x88cc}}));
}

TEST(MatchV10, IgnoresPortsOfUnknownProtocols) {
  const Match match = read_v10(
      "003820cf 0000 000000000000 000000000000 0000 00 00 0800 00 2f 0000 00000000 00000000 0001 0002");
  EXPECT_TRUE(match == of({{"dl_type", 0x0800}, {"nw_proto", 47}}));
}

TEST(MatchV10, MoreThan32WildAddressBitsAreAll) {
  const Match match = read_v10(
      "003fffef 0000 000000000000 000000000000 0000 00 00 0800 00 00 0000 0a000001 0a000002 0000 0000");
  EXPECT_TRUE(match == of({{"dl_type", 0x0800}}));
}

TEST(MatchV10, LeavesOutWhatItCannotSay) {
  Match match = of({{"reg0", 1}, {"metadata", 2}, {"dl_type", 0x0800}});
  match.set(field("dl_src"), 0x010000000000, 0x010000000000);
  match.set(field("nw_src"), 1, 0xff0000ff);
  EXPECT_TRUE(read_v10(write_v10(match)) == of({{"dl_type", 0x0800}}));
}

TEST(MatchV10, EndsTooEarly) {
  const ByteString bytes(39);
  WireReader reader(bytes);
  EXPECT_EQ(fault_of([&] { read_match(reader, OfVersion::k10); }), OfFaultKind::kBadLength);
}

}  // namespace
}  // namespace flowbed::sw
