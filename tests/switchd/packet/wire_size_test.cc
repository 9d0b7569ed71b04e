#include <gtest/gtest.h>

#include "switchd/packet/packet.hh"
#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

Bytes tcp_packet(size_t payload) {
  return tcp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 6), 1, 2, 0x10).zeros(payload);
}

TEST(WireSize, OfPlainPacketIsItsBytes) {
  const Bytes bytes = tcp_packet(100);
  const WireSize size = wire_size(packet_of(bytes));
  EXPECT_EQ(size.packets, 1u);
  EXPECT_EQ(size.bytes, 154u);
  EXPECT_EQ(size.largest_l3, 140u);
}

TEST(WireSize, CountsTheTagThatIsOutOfBand) {
  const Bytes bytes = tcp_packet(100);
  EXPECT_EQ(wire_size(packet_of(bytes, vlan_tag(5))).bytes, 158u);
  EXPECT_EQ(wire_size(packet_of(bytes, vlan_tag(5))).largest_l3, 140u);
}

TEST(WireSize, CutsSuperPacketIntoSegments) {
  const Bytes bytes = tcp_packet(3000);
  Packet packet = packet_of(bytes);
  packet.offload = {
      .flags = OffloadHeader::kNeedsChecksum, .gso_type = 1, .gso_size = 1448, .csum_start = 34};
  const WireSize size = wire_size(packet);
  EXPECT_EQ(size.packets, 3u);
  EXPECT_EQ(size.bytes, 3000u + 3 * 54);
  EXPECT_EQ(size.largest_l3, 1488u);
}

TEST(WireSize, CutsUdpSuperPacketBehindItsEightBytes) {
  const Bytes bytes = udp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 17), 1, 2).zeros(2500);
  Packet packet = packet_of(bytes, vlan_tag(7));
  packet.offload = {.flags = 1, .gso_type = OffloadHeader::kGsoUdpL4, .gso_size = 1000, .csum_start = 34};
  const WireSize size = wire_size(packet);
  EXPECT_EQ(size.packets, 3u);
  EXPECT_EQ(size.bytes, 2500u + 3 * (42 + 4));
}

TEST(WireSize, SurvivesNonsenseInTheOffloadHeader) {
  const Bytes bytes = tcp_packet(10);
  Packet packet = packet_of(bytes);
  packet.offload = {.flags = 1, .gso_type = 1, .gso_size = 1, .csum_start = 65535};
  EXPECT_EQ(wire_size(packet).packets, 1u);
  packet.offload.csum_start = 0;
  EXPECT_GE(wire_size(packet).packets, 1u);
}

TEST(Packet, SetVlanKeepsWireBytesRight) {
  const Bytes bytes = tcp_packet(100);
  Packet packet = packet_of(bytes);
  set_vlan(packet, vlan_tag(9));
  EXPECT_EQ(packet.wire.bytes, 158u);
  set_vlan(packet, vlan_tag(10));
  EXPECT_EQ(packet.wire.bytes, 158u);
  set_vlan(packet, {});
  EXPECT_EQ(packet.wire.bytes, 154u);
}

TEST(Packet, FromFrameMovesTheOuterTagOutOfBand) {
  const Bytes tagged =
      Bytes().mac(kMac2).mac(kMac1).u16(0x88a8).u16(0x6005).u16(0x8100).u16(7).u16(0x0800).zeros(46);
  std::vector<uint8_t> storage(tagged.get().size());
  const Packet packet = packet_from_frame(tagged.get(), storage);
  EXPECT_EQ(packet.vlan, (VlanTag{0x88a8, 0x6005}));
  ASSERT_EQ(packet.bytes.size(), tagged.get().size() - 4);
  EXPECT_EQ(packet.bytes[12], 0x81);
  EXPECT_EQ(packet.wire.bytes, tagged.get().size());
}

}  // namespace
}  // namespace flowbed::sw
