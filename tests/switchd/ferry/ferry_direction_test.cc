// Real packets on a direction of a link: super-packets are cut where packets are decided about, and those
// that no sender makes go no further.
#include "switchd/ferry/ferry_direction.hh"

#include <gtest/gtest.h>

#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

constexpr uint8_t kGsoTcp4 = 1, kGsoTcp6 = 4;

Packet super_packet(const Bytes& bytes, uint8_t type, uint16_t size, uint16_t transport) {
  Packet packet = packet_of(bytes);
  packet.offload = {
      .flags = OffloadHeader::kNeedsChecksum, .gso_type = type, .gso_size = size, .csum_start = transport};
  return packet;
}

Packet tcp4(const Bytes& bytes, uint16_t size) { return super_packet(bytes, kGsoTcp4, size, 34); }

const DirectionSettings kSlow{.rate = RateSettings{.bits_per_second = 1'000'000}};

TEST(FerryDirection, CutsWhereItDecidesAboutPackets) {
  const Bytes bytes =
      tcp(ipv4(ethernet(kMac1, kMac2, 0x800), "10.0.0.1", "10.0.0.2", 6), 1, 2, 0x10).zeros(4000);
  FrameStore frames;
  FerryDirection slow(frames, IfIndex{1}, kSlow, TimePoint{}),
      late(frames, IfIndex{1}, {.delay = Duration(5)}, TimePoint{});
  slow.receive(tcp4(bytes, 1000), TimePoint{});
  late.receive(tcp4(bytes, 1000), TimePoint{});
  EXPECT_EQ(slow.link().counters().arrived, 4u);
  EXPECT_EQ(late.link().counters().arrived, 4u);
  EXPECT_EQ(slow.link().queue().packets(), 3u) << "one is being sent";
  EXPECT_EQ(late.link().queue().packets(), 0u);
}

TEST(FerryDirection, DropsWhatWouldBeCutIntoDust) {
  const Bytes bytes =
      tcp(ipv4(ethernet(kMac1, kMac2, 0x800), "10.0.0.1", "10.0.0.2", 6), 1, 2, 0x10).zeros(4000);
  FrameStore frames;
  FerryDirection slow(frames, IfIndex{1}, kSlow, TimePoint{});
  slow.receive(tcp4(bytes, 1), TimePoint{});
  EXPECT_EQ(slow.link().counters().arrived, 0u);
  EXPECT_GT(slow.counters().malformed, 1000u);
  EXPECT_EQ(frames.bytes(), 0u);
}

// Each segment would repeat them.
TEST(FerryDirection, DropsWhatHasMoreHeadersThanThereIsRoomFor) {
  constexpr unsigned kOptions = 60, kTcp = 6, kOptionsSize = 312;  // 8 · (1 + 38)
  Bytes bytes = ipv6(ethernet(kMac1, kMac2, 0x86dd), "fd00::1", "fd00::2", kOptions)
                    .u8(kTcp)
                    .u8(38)
                    .zeros(kOptionsSize - 2);
  bytes = tcp(bytes, 1, 2, 0x10).zeros(4000);
  FrameStore frames;
  FerryDirection slow(frames, IfIndex{1}, kSlow, TimePoint{});
  slow.receive(super_packet(bytes, kGsoTcp6, 1000, 14 + 40 + kOptionsSize), TimePoint{});
  EXPECT_EQ(slow.link().counters().arrived, 0u);
  EXPECT_EQ(slow.counters().malformed, 4u);
  EXPECT_EQ(frames.bytes(), 0u);
}

}  // namespace
}  // namespace flowbed::sw
