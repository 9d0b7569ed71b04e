#include "switchd/flow/match_format.hh"

#include <gtest/gtest.h>

#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

const PortNamer kNamer = [](PortNo port) { return "s1-eth" + std::to_string(to_number(port)); };

FlowKey tcp_key(VlanTag vlan = {}) {
  const Bytes bytes = tcp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 6), 1, 80, 0);
  return extract_flow_key(packet_of(bytes, vlan), PortNo{1});
}

TEST(MatchFormat, NamesWhatTheMaskLooksAt) {
  FlowMask mask = {};
  mask.f.in_port = 0xffff;
  memset(mask.f.eth_dst, 0xff, 6);
  mask.f.vlan_tpid = 0xffff;
  EXPECT_EQ(format_match(tcp_key(), mask, kNamer), "in_port(s1-eth1),eth_dst(00:00:00:00:00:02),vlan(none)");
  EXPECT_EQ(format_mask(tcp_key(), mask), "in_port,eth_dst,vlan");
}

TEST(MatchFormat, ShowsVlanAndPriority) {
  FlowMask mask = {};
  mask.f.vlan_tpid = 0xffff;
  EXPECT_EQ(format_match(tcp_key(vlan_tag(7, 2)), mask, kNamer), "vlan(7)");
  mask.f.vlan_tci = 0xffff;
  EXPECT_EQ(format_match(tcp_key(vlan_tag(7, 2)), mask, kNamer), "vlan(7,pcp=2)");
}

TEST(MatchFormat, PartialMaskFollowsASlash) {
  FlowMask mask = {};
  mask.f.ipv4.dst = 0x000000ff;
  EXPECT_EQ(format_match(tcp_key(), mask, kNamer), "ip_dst(10.0.0.2/255.0.0.0)");
}

TEST(MatchFormat, NamesWhatIsTheSameOfAllProtocolsAlike) {
  FlowMask mask = {};
  memset(&mask.f.ip_proto, 0xff, 2);
  memset(&mask.f.tp_dst, 0xff, 2);
  memset(&mask.f.ipv4, 0xff, sizeof mask.f.ipv4);
  EXPECT_EQ(format_mask(tcp_key(), mask), "ip_src,ip_dst,ip_proto,ip_tos,ip_ecn,tp_dst");
  EXPECT_EQ(format_match(tcp_key(), mask, kNamer),
            "ip_src(10.0.0.1),ip_dst(10.0.0.2),ip_proto(6),ip_tos(44),ip_ecn(2),tp_dst(80)");
}

TEST(MatchFormat, RecirculationIsShownWhereThereIsOne) {
  FlowMask mask = {};
  mask.f.recirculation = 0xffff;
  FlowKey key = tcp_key();
  EXPECT_EQ(format_mask(key, mask), "");
  key.f.recirculation = 3;
  EXPECT_EQ(format_match(key, mask, kNamer), "recirculation(3)");
}

}  // namespace
}  // namespace flowbed::sw
