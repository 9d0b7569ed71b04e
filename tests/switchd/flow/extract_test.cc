#include <random>

#include <gtest/gtest.h>

#include "core/base/address.hh"
#include "switchd/flow/flow_key.hh"
#include "switchd/packet/headers.hh"
#include "tests/switchd/packet/random_packets.hh"

namespace flowbed::sw {
namespace {

constexpr PortNo kPort{3};

FlowKey key_of(const Bytes& bytes, VlanTag vlan = {}) {
  return extract_flow_key(packet_of(bytes, vlan), kPort);
}

uint16_t host(uint16_t number) { return read_u16(reinterpret_cast<const uint8_t*>(&number)); }
uint32_t host(uint32_t number) { return read_u32(reinterpret_cast<const uint8_t*>(&number)); }

std::string mac(const uint8_t* at) {
  MacAddress address;
  memcpy(address.bytes.data(), at, 6);
  return address.to_string();
}

std::string ip(const void* at, bool v6 = false) {
  IpAddress address;
  address.v6 = v6;
  memcpy(address.bytes.data(), at, address.size());
  return address.to_string();
}

TEST(Extract, EthernetAndPort) {
  const FlowKey key = key_of(ethernet(kMac2, kMac1, 0x88cc).zeros(50));
  EXPECT_EQ(in_port_of(key), kPort);
  EXPECT_EQ(mac(key.f.eth_dst), kMac2);
  EXPECT_EQ(mac(key.f.eth_src), kMac1);
  EXPECT_EQ(host(key.f.eth_type), 0x88cc);
  EXPECT_FALSE(vlan_of(key).present());
  EXPECT_EQ(flow_key_words(&key), 4u);
}

TEST(Extract, VlanTagComesFromOutOfBand) {
  const FlowKey key = key_of(ethernet(kMac2, kMac1, 0x0800), vlan_tag(100, 5));
  EXPECT_EQ(vlan_of(key), vlan_tag(100, 5));
}

TEST(Extract, TcpOverIpv4) {
  const FlowKey key =
      key_of(tcp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 6), 1234, 80, 0x112));
  EXPECT_EQ(ip(&key.f.ipv4.src), "10.0.0.1");
  EXPECT_EQ(ip(&key.f.ipv4.dst), "10.0.0.2");
  EXPECT_EQ(key.f.ip_proto, 6);
  EXPECT_EQ(key.f.ip_tos, 46);
  EXPECT_EQ(key.f.ip_ttl, 64);
  EXPECT_EQ(host(key.f.tp_src), 1234);
  EXPECT_EQ(host(key.f.tp_dst), 80);
  EXPECT_EQ(host(key.f.tcp_flags), 0x0112);
  EXPECT_EQ(flow_key_words(&key), 5u);
}

TEST(Extract, UdpBehindIpv4Options) {
  const FlowKey key =
      key_of(udp(ipv4(ethernet(kMac2, kMac1, 0x0800), "1.2.3.4", "5.6.7.8", 17, 0, 8), 53, 99));
  EXPECT_EQ(host(key.f.tp_src), 53);
  EXPECT_EQ(host(key.f.tp_dst), 99);
}

TEST(Extract, FragmentsOfIpv4) {
  const auto fragment = [](unsigned flags) {
    return key_of(udp(ipv4(ethernet(kMac2, kMac1, 0x0800), "1.2.3.4", "5.6.7.8", 17, flags), 53, 99));
  };
  const FlowKey first = fragment(0x2000), later = fragment(0x2010), last = fragment(0x0010),
                whole = fragment(0x4000);
  EXPECT_EQ(first.f.flags, FLOW_FRAG_FIRST);
  EXPECT_EQ(host(first.f.tp_dst), 99);
  EXPECT_EQ(later.f.flags, FLOW_FRAG_LATER);
  EXPECT_EQ(host(later.f.tp_dst), 0);
  EXPECT_EQ(last.f.flags, FLOW_FRAG_LATER);
  EXPECT_EQ(whole.f.flags, FLOW_FRAG_NONE);
}

TEST(Extract, IcmpTypeAndCode) {
  const FlowKey key =
      key_of(ipv4(ethernet(kMac2, kMac1, 0x0800), "1.2.3.4", "5.6.7.8", 1).u8(8).u8(3).zeros(6));
  EXPECT_EQ(host(key.f.tp_src), 8);
  EXPECT_EQ(host(key.f.tp_dst), 3);
}

TEST(Extract, TcpOverIpv6) {
  const FlowKey key = key_of(tcp(ipv6(ethernet(kMac2, kMac1, 0x86dd), "fd00::1", "fd00::2", 6), 5, 6, 2));
  EXPECT_EQ(ip(key.f.ipv6.src, true), "fd00::1");
  EXPECT_EQ(ip(key.f.ipv6.dst, true), "fd00::2");
  EXPECT_EQ(host(key.f.ipv6.label), 0x12345u);
  EXPECT_EQ(key.f.ip_tos, 46);
  EXPECT_EQ(key.f.ip_ttl, 63);
  EXPECT_EQ(host(key.f.tp_dst), 6);
  EXPECT_EQ(flow_key_words(&key), 9u);
}

TEST(Extract, FindsTransportBehindExtensionHeaders) {
  Bytes bytes = ipv6(ethernet(kMac2, kMac1, 0x86dd), "fd00::1", "fd00::2", 0);
  bytes.u8(60).u8(1).zeros(14);             // hop by hop, 16 bytes
  bytes.u8(51).u8(0).zeros(6);              // destination options
  bytes.u8(44).u8(1).zeros(10);             // authentication, 12 bytes
  bytes.u8(17).u8(0).u16(0x0001).zeros(4);  // the first fragment
  const FlowKey key = key_of(udp(bytes, 7, 8));
  EXPECT_EQ(key.f.ip_proto, 17);
  EXPECT_EQ(key.f.flags, FLOW_FRAG_FIRST);
  EXPECT_EQ(host(key.f.tp_dst), 8);
}

TEST(Extract, LaterFragmentOfIpv6HasNoPorts) {
  Bytes bytes = ipv6(ethernet(kMac2, kMac1, 0x86dd), "fd00::1", "fd00::2", 44);
  const FlowKey key = key_of(udp(bytes.u8(17).u8(0).u16(0x0008).zeros(4), 7, 8));
  EXPECT_EQ(key.f.ip_proto, 17);
  EXPECT_EQ(key.f.flags, FLOW_FRAG_LATER);
  EXPECT_EQ(host(key.f.tp_dst), 0);
}

TEST(Extract, EndlessExtensionHeadersEnd) {
  Bytes bytes = ipv6(ethernet(kMac2, kMac1, 0x86dd), "fd00::1", "fd00::2", 60);
  for (int i = 0; i < 100; i++) bytes.u8(60).u8(0).zeros(6);
  EXPECT_EQ(key_of(bytes).f.tp_dst, 0);
}

TEST(Extract, ArpRequest) {
  const FlowKey key = key_of(ethernet(kBroadcast, kMac1, 0x0806)
                                 .u16(1)
                                 .u16(0x0800)
                                 .u8(6)
                                 .u8(4)
                                 .u16(1)
                                 .mac(kMac1)
                                 .ip("10.0.0.1")
                                 .zeros(6)
                                 .ip("10.0.0.2"));
  EXPECT_EQ(ip(&key.f.arp.spa), "10.0.0.1");
  EXPECT_EQ(ip(&key.f.arp.tpa), "10.0.0.2");
  EXPECT_EQ(mac(key.f.arp.sha), kMac1);
  EXPECT_EQ(mac(key.f.arp.tha), "00:00:00:00:00:00");
  EXPECT_EQ(key.f.ip_proto, 1);
  EXPECT_EQ(flow_key_words(&key), 7u);
}

TEST(Extract, TheTypeIsThatBehindAllTags) {
  const Bytes bytes = Bytes().mac(kMac2).mac(kMac1).u16(0x88a8).u16(7).u16(0x8100).u16(9).u16(0x0800);
  const FlowKey key = key_of(tcp(ipv4(bytes, "10.0.0.1", "10.0.0.2", 6), 1, 80, 0), {0x88a8, 0x2005});
  EXPECT_EQ(vlan_of(key), (VlanTag{0x88a8, 0x2005}));
  EXPECT_EQ(host(key.f.eth_type), 0x0800);
  EXPECT_EQ(host(key.f.tp_dst), 80);
  EXPECT_EQ(key.f.flags, FLOW_MORE_TAGS);
}

TEST(Extract, TagThatIsOnlyInLineIsTheOutermost) {
  const Bytes one = Bytes().mac(kMac2).mac(kMac1).u16(0x9100).u16(7).u16(0x88cc);
  EXPECT_EQ(vlan_of(key_of(one)), (VlanTag{0x9100, 7}));
  EXPECT_EQ(key_of(one).f.flags, 0);
  const Bytes two = Bytes().mac(kMac2).mac(kMac1).u16(0x9100).u16(7).u16(0x8100).u16(8).u16(0x88cc);
  EXPECT_EQ(vlan_of(key_of(two)), (VlanTag{0x9100, 7}));
  EXPECT_EQ(key_of(two).f.flags, FLOW_MORE_TAGS);
}

TEST(Extract, EndlessTagsEnd) {
  Bytes bytes = Bytes().mac(kMac2).mac(kMac1).u16(0x8100);
  for (int i = 0; i < 100; i++) bytes.u16(1).u16(0x8100);
  EXPECT_EQ(host(key_of(bytes).f.eth_type), 0x8100);
}

TEST(Extract, RecirculationIsTheCallers) {
  const Bytes bytes = ethernet(kMac2, kMac1, 0x88cc);
  EXPECT_EQ(extract_flow_key(packet_of(bytes), kPort, 77).f.recirculation, 77);
  EXPECT_EQ(key_of(bytes).f.recirculation, 0);
}

TEST(Extract, OutermostLabelOfMpls) {
  const FlowKey key = key_of(ethernet(kMac2, kMac1, 0x8847).u32(0x12345abc).u32(0x6789abff).zeros(20));
  EXPECT_EQ(host(key.f.mpls.entry), 0x12345abcu);
  EXPECT_EQ(key.f.ip_proto, 0);
  EXPECT_EQ(flow_key_words(&key), 5u);
}

TEST(Extract, ServiceOfPbb) {
  const FlowKey key =
      key_of(ethernet(kMac2, kMac1, 0x88e7).u32(0x60abcdef).mac(kMac1).mac(kMac2).u16(0x0800).zeros(20));
  EXPECT_EQ(host(key.f.pbb.service), 0x60abcdefu);
  EXPECT_EQ(flow_key_words(&key), 5u);
}

Bytes nd(unsigned type, unsigned option) {
  Bytes bytes = ipv6(ethernet(kMac2, kMac1, 0x86dd), "fe80::1", "fe80::2", 58);
  bytes.u8(type).u8(0).u16(0).u32(0).ip("fe80::99");
  return bytes.u8(5).u8(1).zeros(6).u8(option).u8(1).mac(kMac1);
}

TEST(Extract, NeighbourDiscovery) {
  const FlowKey solicitation = key_of(nd(135, 1)), advertisement = key_of(nd(136, 2));
  EXPECT_EQ(ip(solicitation.f.ipv6.nd_target, true), "fe80::99");
  EXPECT_EQ(mac(solicitation.f.ipv6.nd_sll), kMac1);
  EXPECT_EQ(mac(solicitation.f.ipv6.nd_tll), "00:00:00:00:00:00");
  EXPECT_EQ(mac(advertisement.f.ipv6.nd_tll), kMac1);
  EXPECT_EQ(flow_key_words(&solicitation), 13u);
  EXPECT_EQ(ip(key_of(nd(134, 1)).f.ipv6.nd_target, true), "::");
}

TEST(Extract, OptionWithoutLengthEndsTheSearch) {
  Bytes bytes = ipv6(ethernet(kMac2, kMac1, 0x86dd), "fe80::1", "fe80::2", 58);
  bytes.u8(135).u8(0).u16(0).u32(0).ip("fe80::99").u8(5).u8(0).zeros(6).u8(1).u8(1).mac(kMac1);
  EXPECT_EQ(mac(key_of(bytes).f.ipv6.nd_sll), "00:00:00:00:00:00");
}

unsigned extensions_of(std::initializer_list<uint8_t> types, uint8_t last) {
  std::vector<uint8_t> next(types);
  next.push_back(last);
  Bytes bytes = ipv6(ethernet(kMac2, kMac1, 0x86dd), "fd00::1", "fd00::2", next[0]);
  for (size_t i = 1; i < next.size(); i++) bytes.u8(next[i]).zeros(7);
  return host(key_of(bytes.zeros(40)).f.ipv6.extensions);
}

TEST(Extract, WhatExtensionHeadersThereAre) {
  constexpr uint8_t kHop = 0, kRoute = 43, kFrag = 44, kDest = 60, kSecure = 50, kNone = 59, kTcpHeader = 6;
  EXPECT_EQ(extensions_of({}, kTcpHeader), 0u);
  EXPECT_EQ(extensions_of({}, kNone), unsigned{FLOW_IPV6_NO_NEXT});
  EXPECT_EQ(extensions_of({kHop, kDest, kRoute, kFrag, kDest}, kTcpHeader),
            unsigned{FLOW_IPV6_HOP | FLOW_IPV6_DESTINATION | FLOW_IPV6_ROUTER | FLOW_IPV6_FRAGMENT});
  EXPECT_EQ(extensions_of({kFrag}, kSecure), unsigned{FLOW_IPV6_FRAGMENT | FLOW_IPV6_ESP});
  EXPECT_EQ(extensions_of({kDest, kDest}, kTcpHeader), unsigned{FLOW_IPV6_DESTINATION});
}

TEST(Extract, RepeatedAndMisplacedExtensionHeaders) {
  constexpr uint8_t kHop = 0, kRoute = 43, kFrag = 44, kDest = 60, kTcpHeader = 6;
  EXPECT_EQ(extensions_of({kRoute, kRoute}, kTcpHeader), unsigned{FLOW_IPV6_ROUTER | FLOW_IPV6_REPEATED});
  EXPECT_EQ(extensions_of({kFrag, kRoute}, kTcpHeader),
            unsigned{FLOW_IPV6_FRAGMENT | FLOW_IPV6_ROUTER | FLOW_IPV6_ORDER});
  EXPECT_EQ(extensions_of({kRoute, kHop}, kTcpHeader), unsigned{FLOW_IPV6_ROUTER | FLOW_IPV6_ORDER});
  EXPECT_EQ(extensions_of({kDest, kDest, kDest}, kTcpHeader),
            unsigned{FLOW_IPV6_DESTINATION | FLOW_IPV6_REPEATED});
}

TEST(Extract, PaddingIsNoTransportHeader) {
  Bytes bytes = ethernet(kMac2, kMac1, 0x0800).u8(0x45).u8(0).u16(20).u32(0).u8(64).u8(17).u16(0);
  const FlowKey key = key_of(bytes.ip("1.2.3.4").ip("5.6.7.8").u16(53).u16(53).zeros(20));
  EXPECT_EQ(key.f.ip_proto, 17);
  EXPECT_EQ(key.f.tp_dst, 0);
}

TEST(Extract, BadIpv4HeadersLeaveTheNetworkLayerZero) {
  Bytes short_header = ethernet(kMac2, kMac1, 0x0800).u8(0x44).zeros(30);
  Bytes wrong_version = ethernet(kMac2, kMac1, 0x0800).u8(0x65).zeros(30);
  Bytes options_cut_off = ethernet(kMac2, kMac1, 0x0800).u8(0x4f).zeros(30);
  for (const Bytes& bytes : {short_header, wrong_version, options_cut_off}) {
    const FlowKey key = key_of(bytes);
    EXPECT_EQ(key.words[3], 0u);
    EXPECT_EQ(key.words[4], 0u);
  }
}

// Whatever is cut off: no read beyond the end (the sanitizers see to that), no word used beyond those
// announced.
TEST(Extract, EveryTruncationIsSafe) {
  const std::vector<Bytes> whole = {
      tcp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 6), 1, 2, 3),
      tcp(ipv6(ethernet(kMac2, kMac1, 0x86dd), "fd00::1", "fd00::2", 6), 1, 2, 3),
      ethernet(kBroadcast, kMac1, 0x0806).u16(1).u16(0x0800).u8(6).u8(4).u16(1).zeros(20),
      ethernet(kMac2, kMac1, 0x8100).u16(1).u16(0x88a8).u16(2).u16(0x8847).u32(0x12345678),
      ethernet(kMac2, kMac1, 0x88e7).u32(1).mac(kMac1).mac(kMac2).u16(0x0800),
      nd(135, 1),
  };
  for (const Bytes& bytes : whole) {
    for (size_t size = 0; size <= bytes.get().size(); size++) {
      const std::vector<uint8_t> cut(bytes.get().begin(), bytes.get().begin() + static_cast<long>(size));
      Packet packet{.bytes = cut, .vlan = {}, .offload = {}, .wire = {}};
      const FlowKey key = extract_flow_key(packet, kPort);
      for (unsigned i = flow_key_words(&key); i < FLOW_KEY_WORDS; i++) EXPECT_EQ(key.words[i], 0u);
    }
  }
}

TEST(Extract, WordsBeyondThoseInUseAreZeroWhateverThePacket) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 5000; i++) {
    BuiltPacket built = PacketBuilder(random_shape(random)).build(random);
    for (int j = 0; j < 3; j++)
      built.bytes[12 + random() % (built.bytes.size() - 12)] = static_cast<uint8_t>(random());
    const FlowKey key = extract_flow_key(built.view(), kPort);
    for (unsigned word = flow_key_words(&key); word < FLOW_KEY_WORDS; word++) ASSERT_EQ(key.words[word], 0u);
  }
}

TEST(FlowKey, HashAndEqualityAgreeOnRandomKeys) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 10000; i++) {
    Bytes bytes = ethernet(kMac2, kMac1, i % 2 ? 0x0800 : 0x86dd).u8(i % 2 ? 0x45 : 0x60);
    for (int j = 0; j < 60; j++) bytes.u8(random() & 3);
    const FlowKey key = key_of(bytes);
    FlowKey other = key;
    EXPECT_TRUE(same_key(key, other));
    EXPECT_EQ(hash_of(key), hash_of(other));
    const unsigned word = random() % flow_key_words(&key);
    other.words[word] ^= uint64_t{1} << 63;
    EXPECT_FALSE(same_key(key, other));
  }
}

}  // namespace
}  // namespace flowbed::sw
