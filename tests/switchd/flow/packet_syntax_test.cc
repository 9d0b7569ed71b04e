#include "switchd/flow/packet_syntax.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "switchd/flow/match_format.hh"
#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

using testing::HasSubstr;

std::optional<PortNo> find_port(std::string_view text) {
  if (text == "1" || text == "s1-eth1") return PortNo{11};
  return std::nullopt;
}

FlowKey parse(std::string_view text) { return parse_packet(text, find_port); }

std::string fault(std::string_view text) {
  try {
    parse(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "no fault";
}

TEST(PacketSyntax, GivesTheKeyOfTheRealPacket) {
  const Bytes bytes = tcp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 6), 1234, 80, 0x002);
  const FlowKey real = extract_flow_key(packet_of(bytes, vlan_tag(5, 3)), PortNo{11});
  EXPECT_TRUE(same_words(
      real, parse("in_port=1,tcp,eth_dst=00:00:00:00:00:02,eth_src=00:00:00:00:00:01,vlan=5,vlan_pcp=3,"
                  "ip_src=10.0.0.1,ip_dst=10.0.0.2,ip_tos=46,ip_ttl=64,tp_src=1234,tp_dst=80,tcp_flags=2")));
}

TEST(PacketSyntax, KnowsTheWordsOfOvsOfctl) {
  EXPECT_TRUE(
      same_words(parse("in_port=s1-eth1,tcp,dl_src=00:00:00:00:00:01,nw_src=10.0.0.1,dl_vlan=5,tcp_dst=80"),
                 parse("in_port=1,eth_src=00:00:00:00:00:01,eth_type=0x800,ip_proto=6,ip_src=10.0.0.1,"
                       "vlan=5,tp_dst=80")));
}

TEST(PacketSyntax, AddressesSayTheEtherType) {
  const FlowKey key = parse("in_port=1,ip_dst=10.0.0.2");
  EXPECT_TRUE(flow_key_is(&key, FLOW_ETH_TYPE_IPV4));
}

TEST(PacketSyntax, Ipv6AndArp) {
  const FlowKey v6 = parse("in_port=1,icmp6,ip_src=fd00::1,icmpv6_type=135");
  EXPECT_TRUE(flow_key_is(&v6, FLOW_ETH_TYPE_IPV6));
  EXPECT_EQ(v6.f.ip_proto, 58);
  const FlowKey arp = parse("in_port=1,arp,arp_op=1,nw_src=10.0.0.1,nw_dst=10.0.0.2");
  EXPECT_TRUE(same_words(arp, parse("in_port=1,arp,arp_op=1,arp_spa=10.0.0.1,arp_tpa=10.0.0.2")));
}

TEST(PacketSyntax, FieldsSayWhatThePacketIs) {
  EXPECT_TRUE(same_words(parse("in_port=1,tcp_dst=80"), parse("in_port=1,tcp,tp_dst=80")));
  EXPECT_TRUE(same_words(parse("in_port=1,ip_proto=6,ipv6_dst=::1"), parse("in_port=1,tcp6,ip_dst=::1")));
  EXPECT_TRUE(
      same_words(parse("in_port=1,nd_target=::1"), parse("in_port=1,icmp6,icmp_type=135,nd_target=::1")));
  EXPECT_TRUE(same_words(parse("in_port=1,vlan=none"), parse("in_port=1")));
  EXPECT_TRUE(same_words(parse("in_port=1,vlan_vid=5"), parse("in_port=1,vlan=5")));
}

TEST(PacketSyntax, OffersWhatItReads) {
  const std::vector<std::string> words = packet_vocabulary();
  EXPECT_THAT(words, testing::IsSupersetOf({"in_port=", "vlan=", "tcp", "eth_dst=", "ip_src=", "tp_dst="}));
  EXPECT_THAT(words, testing::Not(testing::Contains("metadata=")));
}

TEST(PacketSyntax, NamesWhatIsWrong) {
  EXPECT_THAT(fault("tcp"), HasSubstr("packet: in_port is missing"));
  EXPECT_THAT(fault("in_port=9"), HasSubstr("names no port"));
  EXPECT_THAT(fault("in_port=1,colour=red"), HasSubstr("\"colour=red\": there is no field colour"));
  EXPECT_THAT(fault("in_port=1,eth_dst=zz"), HasSubstr("takes a MAC address"));
  EXPECT_THAT(fault("in_port=1,tcp,arp"), HasSubstr("contradicts"));
  EXPECT_THAT(fault("in_port=1,tcp,ip_src=fd00::1"), HasSubstr("contradicts"));
  EXPECT_THAT(fault("in_port=1,vlan=4096"), HasSubstr("0 to 4095"));
  EXPECT_THAT(fault("in_port=1,ip_ttl=256"), HasSubstr("takes a number from 0 to 255"));
  EXPECT_THAT(fault("in_port=1,tcp6x"), HasSubstr("did you mean \"tcp6\"?"));
  EXPECT_THAT(fault("in_port=1,tp_dst=80"), HasSubstr("needs a protocol; write tcp,tp_dst=80"));
  EXPECT_THAT(fault("in_port=1,ip_dst=10.0.0.0/8"), HasSubstr("has a mask"));
  EXPECT_THAT(fault("in_port=1,metadata=1"), HasSubstr("is not of a packet"));
}

TEST(PacketSyntax, TellsWhichFieldsAreSaid) {
  const Field& ttl = field_named("nw_ttl");
  EXPECT_TRUE(says_field("in_port=1,ip,nw_ttl=3", ttl));
  EXPECT_TRUE(says_field("in_port=1,ip,ip_ttl=3", ttl));
  EXPECT_FALSE(says_field("in_port=bottle,ip", ttl)) << "a port may be called anything";
  EXPECT_FALSE(says_field("in_port=1,mpls,mpls_ttl=3", ttl));
  EXPECT_FALSE(says_field("", ttl));
}

}  // namespace
}  // namespace flowbed::sw
