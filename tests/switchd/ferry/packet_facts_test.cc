#include "switchd/ferry/packet_facts.hh"

#include <set>

#include <gtest/gtest.h>

#include "switchd/packet/checksum.hh"
#include "tests/switchd/packet/random_packets.hh"

namespace flowbed::sw {
namespace {

BuiltPacket built(uint16_t eth_type, uint8_t proto, std::mt19937& random) {
  Shape shape;
  shape.eth_type = eth_type;
  shape.proto = proto;
  shape.payload = 20;
  return PacketBuilder(shape).build(random);
}

void set_ecn(BuiltPacket& packet, unsigned ecn) {
  uint8_t* ip = &packet.bytes[packet.layout.network];
  if (ip[0] >> 4 == 4) {
    ip[1] = static_cast<uint8_t>((ip[1] & ~3u) | ecn);
    finish_ip(packet.bytes, packet.layout);
  } else {
    ip[1] = static_cast<uint8_t>((ip[1] & ~0x30u) | ecn << 4);
  }
}

TEST(PacketFacts, ConnectionsAreFlows) {
  std::mt19937 random(1);
  std::set<uint32_t> flows;
  for (int i = 0; i < 200; i++) {
    BuiltPacket packet = built(i % 2 ? 0x0800 : 0x86dd, i % 4 < 2 ? 6 : 17, random);
    const uint32_t flow = facts_of(packet.bytes).flow;
    flows.insert(flow);
    packet.bytes.back() ^= 1;
    EXPECT_EQ(facts_of(packet.bytes).flow, flow) << "whatever it carries";
  }
  EXPECT_GT(flows.size(), 198u);
}

TEST(PacketFacts, WhoseEndsUnderstandCongestionCanBeMarked) {
  std::mt19937 random(2);
  for (const uint16_t eth_type : {0x0800, 0x86dd}) {
    for (unsigned ecn = 0; ecn < 4; ecn++) {
      BuiltPacket packet = built(eth_type, 6, random);
      set_ecn(packet, ecn);
      EXPECT_EQ(facts_of(packet.bytes).can_be_marked, ecn != 0);
      BuiltPacket expected = packet;
      if (ecn != 0) set_ecn(expected, 3);
      mark_congestion(packet.bytes, packet.bytes);
      EXPECT_EQ(packet.bytes, expected.bytes) << "its checksum is right, too";
    }
  }
}

TEST(PacketFacts, OtherPacketsHaveNoneAndStayAsTheyAre) {
  Bytes bytes = ethernet(kMac1, kMac2, 0x88b5).zeros(50);
  std::vector<uint8_t> marked = bytes.get();
  EXPECT_FALSE(facts_of(bytes.get()).can_be_marked);
  mark_congestion(marked, bytes.get());
  EXPECT_EQ(marked, bytes.get());
}

}  // namespace
}  // namespace flowbed::sw
