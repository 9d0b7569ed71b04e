#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "tests/switchd/slowpath/pipeline/syntax/syntax_faults.hh"

namespace flowbed::sw {
namespace {

using testing::HasSubstr;

const PortNames kPorts{.find = [](std::string_view name) -> std::optional<OfPort> {
                         if (name == "s1-eth1" || name == "one" || name == "LOCAL") return OfPort{1};
                         return std::nullopt;
                       },
                       .name = [](OfPort port) { return port == OfPort{1} ? "s1-eth1" : ""; }};

std::string again(std::string_view text) { return format_match(parse_match(text)); }
std::string fault(std::string_view text) {
  return fault_of([&] { parse_match(text, kPorts); });
}
FieldValue value_of(std::string_view text, const char* field) {
  return read_field(field_named(field), parse_match(text).key);
}

TEST(MatchText, IsFormattedAsOvsOfctlDoes) {
  EXPECT_EQ(again(""), "");
  EXPECT_EQ(again("ip,nw_dst=10.0.0.2"), "ip,nw_dst=10.0.0.2");
  EXPECT_EQ(again("tcp,tp_dst=80,nw_src=10.0.0.0/8"), "tcp,nw_src=10.0.0.0/8,tp_dst=80");
  EXPECT_EQ(again("dl_type=0x0800,nw_proto=17,udp_src=53"), "udp,tp_src=53");
  EXPECT_EQ(again("dl_type=0x0800,nw_proto=47"), "ip,nw_proto=47");
  EXPECT_EQ(again("dl_type=0x1234"), "dl_type=0x1234");
  EXPECT_EQ(again("arp,nw_dst=10.0.0.2,nw_proto=1"), "arp,arp_op=1,arp_tpa=10.0.0.2");
  EXPECT_EQ(again("eth_src=00:00:00:00:00:01 in_port=3"), "in_port=3,dl_src=00:00:00:00:00:01");
  EXPECT_EQ(again("icmp6,icmp_type=135,nd_target=fd00::1"), "icmp6,icmp_type=135,nd_target=fd00::1");
  EXPECT_EQ(again("icmp,icmp_type=8,icmp_code=0"), "icmp,icmp_type=8,icmp_code=0");
  EXPECT_EQ(again("reg0=5,metadata=0x1/0xff,tcp,in_port=LOCAL"),
            "tcp,reg0=0x5,metadata=0x1/0xff,in_port=LOCAL");
  EXPECT_EQ(again("mpls,mpls_label=100,mpls_tc=3,mpls_bos=1"), "mpls,mpls_label=100,mpls_tc=3,mpls_bos=1");
  EXPECT_EQ(again("ip,nw_tos=184,nw_ecn=1,nw_ttl=64,ip_frag=no"),
            "ip,nw_tos=184,nw_ecn=1,nw_ttl=64,ip_frag=no");
  EXPECT_EQ(again("tcp,tcp_flags=+syn-ack"), "tcp,tcp_flags=+syn-ack");
}

TEST(MatchText, KnowsTheWaysToSayATag) {
  EXPECT_EQ(again("dl_vlan=5"), "dl_vlan=5");
  EXPECT_EQ(again("dl_vlan=5,dl_vlan_pcp=3"), "dl_vlan=5,dl_vlan_pcp=3");
  EXPECT_EQ(again("vlan_vid=5"), "dl_vlan=5");
  EXPECT_EQ(again("vlan_vid=0x1005"), "dl_vlan=5");
  EXPECT_EQ(again("vlan_vid=0x1000/0x1000"), "vlan_tci=0x1000/0x1000");
  EXPECT_EQ(again("dl_vlan_pcp=3"), "dl_vlan_pcp=3");
  EXPECT_EQ(again("vlan_tci=0x7005"), "dl_vlan=5,dl_vlan_pcp=3");
  EXPECT_EQ(again("vlan_tci=0x1005/0x100f"), "vlan_tci=0x1005/0x100f");
  for (const char* none : {"dl_vlan=0xffff", "dl_vlan=65535", "vlan_vid=0", "dl_vlan=none", "vlan=none"})
    EXPECT_EQ(again(none), "vlan_tci=0x0000/0x1fff") << none;
  EXPECT_EQ(again("dl_vlan=0"), "dl_vlan=0");
}

TEST(MatchText, NamesMeanWhatThePacketHas) {
  EXPECT_TRUE(value_of("tp_dst=80,tcp", "tcp_dst") == 80) << "in any order";
  EXPECT_TRUE(value_of("arp,nw_src=10.0.0.1", "arp_spa") == 0x0a000001);
  EXPECT_TRUE(value_of("tcp6,ip_src=::5", "ipv6_src") == 5);
  EXPECT_TRUE(value_of("icmp6,icmp_type=3", "icmpv6_type") == 3);
  EXPECT_TRUE(value_of("ip,ip_tos=0xb9", "nw_ecn") == 1);
}

TEST(MatchText, PortsHaveNames) {
  EXPECT_EQ(format_match(parse_match("in_port=one", kPorts), kPorts), "in_port=\"s1-eth1\"");
  EXPECT_EQ(format_match(parse_match("in_port=\"s1-eth1\"", kPorts)), "in_port=1");
  EXPECT_EQ(format_match(parse_match("in_port=local", kPorts)), "in_port=LOCAL");
  EXPECT_EQ(format_match(parse_match("in_port=\"LOCAL\"", kPorts)), "in_port=1")
      << "quoted, it is only a name";
  EXPECT_EQ(format_match(parse_match("in_port=65534")), "in_port=LOCAL") << "as in OpenFlow 1.0";
}

TEST(MatchText, FaultsSayWhatToWrite) {
  EXPECT_EQ(fault("nw_dsst=10.0.0.1"),
            "match: \"nw_dsst=10.0.0.1\": there is no field nw_dsst; did you mean \"nw_dst\"?");
  EXPECT_EQ(fault("tcp,tp_dst=70000"),
            "match: \"tp_dst=70000\": takes a number from 0 to 65535, or value/mask");
  EXPECT_EQ(fault("tp_dst=80"), "match: \"tp_dst=80\": needs a protocol; write tcp,tp_dst=80");
  EXPECT_EQ(fault("ipv6,tp_dst=80"), "match: \"tp_dst=80\": needs a protocol; write tcp6,tp_dst=80");
  EXPECT_EQ(fault("nw_dst=10.0.0.1"), "match: \"nw_dst=10.0.0.1\": needs ip; write ip,nw_dst=10.0.0.1");
  EXPECT_EQ(fault("ip,tcp_dst=80"), "match: \"tcp_dst=80\": needs tcp; write tcp,tcp_dst=80");
  EXPECT_EQ(fault("ipv6,tcp_dst=80"), "match: \"tcp_dst=80\": needs tcp6; write tcp6,tcp_dst=80");
  EXPECT_THAT(fault("nd_target=::1"),
              HasSubstr("needs icmp6,icmp_type=135; write icmp6,icmp_type=135,nd_target=::1"));
  EXPECT_THAT(fault("pbb_isid=1"), HasSubstr("write dl_type=0x88e7,pbb_isid=1"));
  EXPECT_THAT(fault("udp,tcp_dst=80"), HasSubstr("contradicts what the packet is: only tcp has it"));
  EXPECT_THAT(fault("tcp,arp"), HasSubstr("\"arp\": contradicts what was said before"));
  EXPECT_THAT(fault("ip,nw_src=10.0.0.1,nw_src=10.0.0.2"), HasSubstr("contradicts"));
  EXPECT_THAT(fault("dl_vlan=none,dl_vlan_pcp=1"), HasSubstr("contradicts"));
  EXPECT_THAT(fault("ip,nw_proto=6/7"), HasSubstr("takes no mask"));
  EXPECT_THAT(fault("dl_vlan=4096"), HasSubstr("from 0 to 4095, or none"));
  EXPECT_THAT(fault("dl_src=1"), HasSubstr("takes a MAC address"));
  EXPECT_THAT(fault("in_port=s9"), HasSubstr("names no port of this switch"));
  EXPECT_THAT(fault("tpc"), HasSubstr("did you mean \"tcp\"?"));
  EXPECT_THAT(fault("nw_dst"), HasSubstr("lacks its value; write nw_dst=…"));
  EXPECT_THAT(fault("nw_dst:10.0.0.1"), HasSubstr("write name=value"));
  EXPECT_THAT(fault("ip,(nw_dst=1"), HasSubstr("is not closed; add )"));
  EXPECT_THAT(fault("ip)"), HasSubstr("closes with )"));
}

}  // namespace
}  // namespace flowbed::sw
