// Expected bytes are written down from the sFlow version 5 specification, not from the encoder.
#include "switchd/export/sflow_datagram.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAreArray;

const SflowHeader kHeader = {
    .agent = *IpAddress::parse("10.0.0.1"), .sub_agent = 7, .sequence = 3, .uptime_ms = 5000};

Bytes header_of(uint32_t samples) {
  return Bytes().u32(5).u32(1).ip("10.0.0.1").u32(7).u32(3).u32(5000).u32(samples);
}

TEST(SflowDatagram, OfAPacketSample) {
  const std::vector<uint8_t> header = {1, 2, 3, 4, 5};
  SflowDatagram datagram;
  datagram.add({.sequence = 9,
                .source = 12,
                .one_in = 64,
                .pool = 1000,
                .drops = 1,
                .input = 12,
                .output = 13,
                .frame_size = 98,
                .header = header,
                .in = vlan_tag(10, 5),
                .out = {}});
  const Bytes expected = header_of(1)
                             .u32(1)   // flow_sample
                             .u32(88)  // its length
                             .u32(9)   // sequence
                             .u32(12)  // ds_class 0 (ifIndex), index
                             .u32(64)  // sampling_rate
                             .u32(1000)
                             .u32(1)
                             .u32(12)
                             .u32(13)
                             .u32(2)  // records
                             .u32(1)  // raw header
                             .u32(24)
                             .u32(1)    // ethernet
                             .u32(102)  // with the check sequence
                             .u32(4)    // which is stripped
                             .u32(5)
                             .add(header)
                             .zeros(3)
                             .u32(1001)  // extended switch
                             .u32(16)
                             .u32(10)
                             .u32(5)
                             .u32(0)
                             .u32(0);
  EXPECT_THAT(datagram.finish(kHeader), ElementsAreArray(expected.get()));
  EXPECT_TRUE(datagram.is_empty());
}

TEST(SflowDatagram, OfCounters) {
  SflowDatagram datagram;
  datagram.add({.sequence = 2,
                .source = 12,
                .speed = 1'000'000'000,
                .is_up = false,
                .in_octets = 0x1'0000'0002,
                .out_octets = 3,
                .in_packets = 4,
                .out_packets = 5,
                .in_discards = 6,
                .out_discards = 7});
  const uint32_t unknown = 0xffffffff;
  const Bytes expected = header_of(1)
                             .u32(2)  // counters_sample
                             .u32(108)
                             .u32(2)
                             .u32(12)
                             .u32(1)
                             .u32(1)  // if_counters
                             .u32(88)
                             .u32(12)
                             .u32(6)  // ethernetCsmacd
                             .u32(0)
                             .u32(1'000'000'000)
                             .u32(1)  // full duplex
                             .u32(1)  // admin up, oper down
                             .u32(1)
                             .u32(2)
                             .u32(4)
                             .u32(unknown)
                             .u32(unknown)
                             .u32(6)
                             .u32(0)
                             .u32(unknown)
                             .u32(0)
                             .u32(3)
                             .u32(5)
                             .u32(unknown)
                             .u32(unknown)
                             .u32(7)
                             .u32(0)
                             .u32(0);
  EXPECT_THAT(datagram.finish(kHeader), ElementsAreArray(expected.get()));
}

TEST(SflowDatagram, TellsOutputsThatAreNoInterface) {
  EXPECT_EQ(kSflowDropped, 0x40000100u);
  EXPECT_EQ(sflow_several(3), 0x80000003u);
}

TEST(SflowDatagram, IsNeverLargerThanADatagramMayBe) {
  const std::vector<uint8_t> header(128);
  SflowDatagram datagram;
  size_t samples = 0;
  for (; datagram.has_room(header.size()); samples++) datagram.add(SflowPacketSample{.header = header});
  EXPECT_GT(samples, 4u);
  SflowHeader v6 = kHeader;
  v6.agent = *IpAddress::parse("fd00::1");
  const Datagram bytes = datagram.finish(v6);
  EXPECT_LE(bytes.size(), kMaxDatagram);
  EXPECT_EQ(bytes.size(), 40 + samples * (8 + 32 + 8 + 16 + 128 + 8 + 16));
}

}  // namespace
}  // namespace flowbed::sw
