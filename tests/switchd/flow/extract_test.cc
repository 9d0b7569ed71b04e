#include <random>

#include <gtest/gtest.h>

#include "switchd/flow/fields.hh"
#include "switchd/flow/flow_key.hh"
#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

constexpr PortNo kPort{3};

FlowKey key_of(const Bytes& bytes, VlanTag vlan = {}) {
  return extract_flow_key(packet_of(bytes, vlan), kPort);
}

// The value of a field as text, by the name that applies to the key's EtherType.
std::string value(const FlowKey& key, std::string_view name) {
  for (const Field& field : fields()) {
    if (field.name == name && field_exists(field, key)) return format_field(field, key);
  }
  return "no such field";
}

TEST(Extract, EthernetAndPort) {
  const FlowKey key = key_of(ethernet(kMac2, kMac1, 0x88cc).zeros(50));
  EXPECT_EQ(in_port_of(key), kPort);
  EXPECT_EQ(value(key, "eth_dst"), kMac2);
  EXPECT_EQ(value(key, "eth_src"), kMac1);
  EXPECT_EQ(value(key, "eth_type"), "0x88cc");
  EXPECT_FALSE(vlan_of(key).present());
  EXPECT_EQ(flow_key_words(&key), 3u);
}

TEST(Extract, VlanTagComesFromOutOfBand) {
  const FlowKey key = key_of(ethernet(kMac2, kMac1, 0x0800), vlan_tag(100, 5));
  EXPECT_EQ(vlan_of(key), vlan_tag(100, 5));
}

TEST(Extract, TcpOverIpv4) {
  const FlowKey key =
      key_of(tcp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 6), 1234, 80, 0x112));
  EXPECT_EQ(value(key, "ip_src"), "10.0.0.1");
  EXPECT_EQ(value(key, "ip_dst"), "10.0.0.2");
  EXPECT_EQ(value(key, "ip_proto"), "6");
  EXPECT_EQ(value(key, "ip_tos"), "46");
  EXPECT_EQ(value(key, "ip_ttl"), "64");
  EXPECT_EQ(value(key, "tp_src"), "1234");
  EXPECT_EQ(value(key, "tp_dst"), "80");
  EXPECT_EQ(value(key, "tcp_flags"), "0x0112");
  EXPECT_EQ(flow_key_words(&key), 5u);
}

TEST(Extract, UdpBehindIpv4Options) {
  const FlowKey key =
      key_of(udp(ipv4(ethernet(kMac2, kMac1, 0x0800), "1.2.3.4", "5.6.7.8", 17, 0, 8), 53, 99));
  EXPECT_EQ(value(key, "tp_src"), "53");
  EXPECT_EQ(value(key, "tp_dst"), "99");
}

TEST(Extract, FragmentsOfIpv4) {
  const auto fragment = [](unsigned flags) {
    return key_of(udp(ipv4(ethernet(kMac2, kMac1, 0x0800), "1.2.3.4", "5.6.7.8", 17, flags), 53, 99));
  };
  const FlowKey first = fragment(0x2000), later = fragment(0x2010), last = fragment(0x0010),
                whole = fragment(0x4000);
  EXPECT_EQ(first.f.ip_frag, FLOW_FRAG_FIRST);
  EXPECT_EQ(value(first, "tp_dst"), "99");
  EXPECT_EQ(later.f.ip_frag, FLOW_FRAG_LATER);
  EXPECT_EQ(value(later, "tp_dst"), "0");
  EXPECT_EQ(last.f.ip_frag, FLOW_FRAG_LATER);
  EXPECT_EQ(whole.f.ip_frag, FLOW_FRAG_NONE);
}

TEST(Extract, IcmpTypeAndCode) {
  const FlowKey key =
      key_of(ipv4(ethernet(kMac2, kMac1, 0x0800), "1.2.3.4", "5.6.7.8", 1).u8(8).u8(3).zeros(6));
  EXPECT_EQ(value(key, "tp_src"), "8");
  EXPECT_EQ(value(key, "tp_dst"), "3");
}

TEST(Extract, TcpOverIpv6) {
  const FlowKey key = key_of(tcp(ipv6(ethernet(kMac2, kMac1, 0x86dd), "fd00::1", "fd00::2", 6), 5, 6, 2));
  EXPECT_EQ(value(key, "ip_src"), "fd00::1");
  EXPECT_EQ(value(key, "ip_dst"), "fd00::2");
  EXPECT_EQ(value(key, "ipv6_label"), "0x12345");
  EXPECT_EQ(value(key, "ip_tos"), "46");
  EXPECT_EQ(value(key, "ip_ttl"), "63");
  EXPECT_EQ(value(key, "tp_dst"), "6");
  EXPECT_EQ(flow_key_words(&key), 9u);
}

TEST(Extract, FindsTransportBehindExtensionHeaders) {
  Bytes bytes = ipv6(ethernet(kMac2, kMac1, 0x86dd), "fd00::1", "fd00::2", 0);
  bytes.u8(60).u8(1).zeros(14);             // hop by hop, 16 bytes
  bytes.u8(51).u8(0).zeros(6);              // destination options
  bytes.u8(44).u8(1).zeros(10);             // authentication, 12 bytes
  bytes.u8(17).u8(0).u16(0x0001).zeros(4);  // the first fragment
  const FlowKey key = key_of(udp(bytes, 7, 8));
  EXPECT_EQ(value(key, "ip_proto"), "17");
  EXPECT_EQ(key.f.ip_frag, FLOW_FRAG_FIRST);
  EXPECT_EQ(value(key, "tp_dst"), "8");
}

TEST(Extract, LaterFragmentOfIpv6HasNoPorts) {
  Bytes bytes = ipv6(ethernet(kMac2, kMac1, 0x86dd), "fd00::1", "fd00::2", 44);
  const FlowKey key = key_of(udp(bytes.u8(17).u8(0).u16(0x0008).zeros(4), 7, 8));
  EXPECT_EQ(value(key, "ip_proto"), "17");
  EXPECT_EQ(key.f.ip_frag, FLOW_FRAG_LATER);
  EXPECT_EQ(value(key, "tp_dst"), "0");
}

TEST(Extract, EndlessExtensionHeadersEnd) {
  Bytes bytes = ipv6(ethernet(kMac2, kMac1, 0x86dd), "fd00::1", "fd00::2", 60);
  for (int i = 0; i < 100; i++) bytes.u8(60).u8(0).zeros(6);
  EXPECT_EQ(value(key_of(bytes), "tp_dst"), "0");
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
  EXPECT_EQ(value(key, "arp_spa"), "10.0.0.1");
  EXPECT_EQ(value(key, "arp_tpa"), "10.0.0.2");
  EXPECT_EQ(value(key, "arp_sha"), kMac1);
  EXPECT_EQ(value(key, "arp_tha"), "00:00:00:00:00:00");
  EXPECT_EQ(value(key, "ip_proto"), "1");
  EXPECT_EQ(flow_key_words(&key), 7u);
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
