#include "switchd/packet/segment.hh"

#include <gtest/gtest.h>

#include "switchd/packet/checksum.hh"
#include "tests/switchd/packet/random_packets.hh"

namespace flowbed::sw {
namespace {

struct SuperPacket {
  BuiltPacket built;
  size_t headers;  // their size
  std::vector<uint8_t> payload() const {
    return {built.bytes.begin() + static_cast<long>(headers), built.bytes.end()};
  }
};

SuperPacket random_super_packet(std::mt19937& random) {
  Shape shape;
  shape.eth_type = random() % 2 ? 0x0800 : 0x86dd;
  shape.proto = random() % 2 ? 6 : 17;
  shape.tag_out_of_band = random() % 2;
  if (shape.tag_out_of_band) shape.tags_in_line = static_cast<int>(random() % 2);
  shape.ipv4_options = shape.extensions = random() % 3 == 0;
  shape.unfinished = true;
  shape.payload = 1 + random() % 30000;
  SuperPacket made{PacketBuilder(shape).build(random), 0};
  const bool tcp = shape.proto == 6;
  made.headers = made.built.layout.transport + (tcp ? 20u : 8u);
  made.built.offload.gso_type = !tcp                       ? OffloadHeader::kGsoUdpL4
                                : shape.eth_type == 0x0800 ? OffloadHeader::kGsoTcp4
                                                           : OffloadHeader::kGsoTcp6;
  made.built.offload.gso_size = static_cast<uint16_t>(500 + random() % 1000);
  made.built.offload.hdr_len = static_cast<uint16_t>(made.headers);
  if (tcp) made.built.bytes[made.built.layout.transport + 13] = 0x99;  // CWR, ACK, PSH, FIN
  return made;
}

// The headers of the super-packet, the segment's payload, and all that must follow computed from scratch.
std::vector<uint8_t> expected_segment(const SuperPacket& whole, size_t index, size_t count) {
  const Layout& at = whole.built.layout;
  const std::vector<uint8_t> payload = whole.payload();
  const size_t size = whole.built.offload.gso_size, first = index * size;
  std::vector<uint8_t> bytes(whole.built.bytes.begin(),
                             whole.built.bytes.begin() + static_cast<long>(whole.headers));
  bytes.insert(bytes.end(), payload.begin() + static_cast<long>(first),
               payload.begin() + static_cast<long>(std::min(payload.size(), first + size)));
  if (bytes[at.network] >> 4 == 4) put_u16(bytes, at.network + 4, 0x1234 + static_cast<unsigned>(index));
  if (at.proto == 6) {
    put_u16(bytes, at.transport + 6, 1 + static_cast<unsigned>(first));
    unsigned flags = 0x10;
    if (index == 0) flags |= 0x80;
    if (index + 1 == count) flags |= 0x09;
    bytes[at.transport + 13] = static_cast<uint8_t>(flags);
  }
  Layout layout = at;
  layout.end = bytes.size();
  layout.unfinished = false;
  finish_ip(bytes, layout);
  return bytes;
}

TEST(Segmenter, CutsAsIfThePacketsHadBeenMadeSo) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 300; i++) {
    const SuperPacket whole = random_super_packet(random);
    const Packet packet = whole.built.view();
    const Segmenter cut(packet);
    ASSERT_EQ(cut.count(), packet.wire.packets);
    WireSize sum{.packets = 0};
    for (size_t n = 0; n < cut.count(); n++) {
      std::vector<uint8_t> storage(cut.size(n));
      const Packet segment = cut.write(n, storage);
      ASSERT_EQ(storage, expected_segment(whole, n, cut.count()));
      EXPECT_EQ(segment.bytes.size(), storage.size());
      EXPECT_EQ(segment.vlan, packet.vlan);
      EXPECT_FALSE(segment.offload.is_super_packet() || segment.offload.needs_checksum());
      sum.packets += segment.wire.packets;
      sum.bytes += segment.wire.bytes;
      sum.largest_l3 = std::max(sum.largest_l3, segment.wire.largest_l3);
    }
    EXPECT_EQ(sum.packets, packet.wire.packets);
    EXPECT_EQ(sum.bytes, packet.wire.bytes);
    EXPECT_EQ(sum.largest_l3, packet.wire.largest_l3);
  }
}

TEST(Segmenter, LeavesOthersAlone) {
  std::mt19937 random(1);
  SuperPacket whole = random_super_packet(random);
  const auto count = [&] { return Segmenter(whole.built.view()).count(); };
  EXPECT_GT(count(), 0u);
  const OffloadHeader right = whole.built.offload;
  whole.built.offload.gso_type = OffloadHeader::kGsoNone;
  EXPECT_EQ(count(), 0u);
  whole.built.offload.gso_type = 3;  // UDP fragments
  EXPECT_EQ(count(), 0u);
  whole.built.offload = right;
  whole.built.offload.gso_size = 0;
  EXPECT_EQ(count(), 0u);
  whole.built.offload = right;
  whole.built.bytes[12] ^= 1;  // another EtherType
  EXPECT_EQ(count(), 0u);
}

TEST(Segmenter, SurvivesAnyTruncation) {
  std::mt19937 random(7);
  for (int i = 0; i < 20; i++) {
    const SuperPacket whole = random_super_packet(random);
    for (size_t size = 0; size < std::min<size_t>(200, whole.built.bytes.size()); size++) {
      BuiltPacket cut_off = whole.built;
      cut_off.bytes.resize(size);
      const Packet packet{.bytes = cut_off.bytes, .vlan = {}, .offload = cut_off.offload, .wire = {}};
      const Segmenter cut(packet);
      for (size_t n = 0; n < cut.count(); n++) {
        std::vector<uint8_t> storage(cut.size(n));
        cut.write(n, storage);
      }
    }
  }
}

// A run cut again gives the same packets as the whole.
TEST(Segmenter, ARunStandsForItsSegments) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 300; i++) {
    const SuperPacket whole = random_super_packet(random);
    const Packet packet = whole.built.view();
    const Segmenter cut(packet);
    const size_t first = random() % cut.count(), count = 1 + random() % (cut.count() - first);
    std::vector<uint8_t> bytes(cut.header_size());
    const Segmenter::Run run = cut.run(first, count, bytes);
    bytes.insert(bytes.end(), run.payload.begin(), run.payload.end());
    Packet joined = run.packet;
    joined.bytes = bytes;
    EXPECT_EQ(run.packet.wire.bytes, wire_size(joined).bytes);
    EXPECT_EQ(run.packet.wire.packets, count);
    EXPECT_EQ(run.packet.wire.largest_l3, wire_size(joined).largest_l3);
    EXPECT_TRUE(joined.offload.needs_checksum());
    ASSERT_EQ(joined.offload.is_super_packet(), count > 1);
    if (count == 1) {
      std::vector<uint8_t> expected(cut.size(first));
      cut.write(first, expected);
      finish_checksum(bytes, joined.offload.csum_start, joined.offload.csum_offset);
      ASSERT_EQ(bytes, expected);
      continue;
    }
    const Segmenter again(joined);
    ASSERT_EQ(again.count(), count);
    for (size_t n = 0; n < count; n++) {
      std::vector<uint8_t> expected(cut.size(first + n)), got(again.size(n));
      cut.write(first + n, expected);
      again.write(n, got);
      ASSERT_EQ(got, expected);
    }
  }
}

}  // namespace
}  // namespace flowbed::sw
