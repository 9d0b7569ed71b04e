// Expected bytes are written down from RFC 7011 and IANA's registry, not from the encoder.
#include "switchd/export/ipfix_message.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/export/flows.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAreArray;

const IpfixHeader kHeader = {.export_time = 1'700'000'000, .sequence = 17, .domain = 4};

Bytes header_of(size_t length) {
  return Bytes().u16(10).u16(static_cast<unsigned>(length)).u32(1'700'000'000).u32(17).u32(4);
}

// What records of all templates begin with; `first` and `last` are 2,000 and 500 ms before the report.
Bytes common(Bytes before, unsigned eth_type, unsigned vlan) {
  before.u32(8).u8(0).u8(2).mac(kMac1).mac(kMac2).u16(eth_type).u16(vlan).u32(1001).u32(1002);
  const uint64_t first = 1'699'999'998'500, last = 1'700'000'000'000;
  for (const uint64_t number : {first, last, uint64_t{3}, uint64_t{300}})
    before.u32(static_cast<uint32_t>(number >> 32)).u32(static_cast<uint32_t>(number));
  return before;
}

FlowRecord active(const Observation& observation) {
  FlowRecord record = record_of(observation);
  record.end = FlowEnd::kActive;
  return record;
}

TEST(IpfixMessage, OfAFlowOfIpv4) {
  IpfixMessage message(8);
  message.add(active(observation_of(tcp_packet(), vlan_tag(10))), kReportTime);
  EXPECT_EQ(message.records(), 1u);
  const Bytes expected = common(header_of(16 + 4 + 62 + 17 + 10).u16(257).u16(4 + 62 + 17 + 10), 0x0800, 10)
                             .u32(0)
                             .u32(258)
                             .u8(4)
                             .u8(6)
                             .u8(0x2c)
                             .u16(40000)
                             .u16(80)
                             .u16(0x13)
                             .ip("10.0.0.1")
                             .ip("10.0.0.2")
                             .u16(0);
  EXPECT_THAT(message.finish(kHeader), ElementsAreArray(expected.get()));
}

TEST(IpfixMessage, OfAFlowOfIpv6) {
  IpfixMessage message(8);
  message.add(active(observation_of(udp6_packet())), kReportTime);
  const Bytes expected = common(header_of(16 + 4 + 62 + 17 + 38).u16(258).u16(4 + 62 + 17 + 38), 0x86dd, 0)
                             .u32(0)
                             .u32(258)
                             .u8(6)
                             .u8(17)
                             .u8(0x2c)
                             .u16(5000)
                             .u16(53)
                             .u16(0x13)
                             .ip("fd00::1")
                             .ip("fd00::2")
                             .u32(0x12345)
                             .u16(0);
  EXPECT_THAT(message.finish(kHeader), ElementsAreArray(expected.get()));
}

TEST(IpfixMessage, TellsTypeAndCodeOfIcmpApart) {
  IpfixMessage message(8);
  message.add(active(observation_of(echo_request())), kReportTime);
  const Datagram bytes = message.finish(kHeader);
  ASSERT_EQ(bytes.size(), 16u + 4 + 62 + 17 + 10);
  EXPECT_THAT(std::vector(bytes.end() - 2, bytes.end()), ElementsAreArray({8, 3}));
}

TEST(IpfixMessage, PutsFlowsOfOneTemplateIntoOneSet) {
  IpfixMessage message(8);
  message.add(active(observation_of(tcp_packet())), kReportTime);
  message.add(active(observation_of(echo_request())), kReportTime);
  message.add(active(observation_of(ethernet(kMac2, kMac1, 0x88b5).zeros(46))), kReportTime);
  const Datagram bytes = message.finish(kHeader);
  EXPECT_EQ(bytes.size(), 16u + 4 + 2 * (62 + 17 + 10) + 4 + 62);
}

// Each template is as long as the records that follow it say.
TEST(IpfixMessage, TemplatesDescribeTheRecords) {
  IpfixMessage message(8);
  message.add_templates();
  EXPECT_EQ(message.records(), 0u);
  const Datagram bytes = message.finish(kHeader);
  const auto u16 = [&](size_t at) { return static_cast<unsigned>(bytes.at(at) << 8 | bytes.at(at + 1)); };
  EXPECT_EQ(u16(2), bytes.size());
  EXPECT_EQ(u16(16), 2u);
  EXPECT_EQ(u16(18), bytes.size() - 16);
  size_t at = 20;
  for (const auto& [id, size] : {std::pair(256u, 62u), {257u, 62u + 17 + 10}, {258u, 62u + 17 + 38}}) {
    EXPECT_EQ(u16(at), id);
    unsigned total = 0;
    const unsigned elements = u16(at + 2);
    for (unsigned i = 0; i < elements; i++) total += u16(at + 6 + i * 4);
    EXPECT_EQ(total, size);
    at += 4 + elements * 4;
  }
  EXPECT_EQ(at, bytes.size());
}

TEST(IpfixMessage, IsNeverLargerThanADatagramMayBe) {
  IpfixMessage message(8);
  message.add_templates();
  const FlowRecord v4 = record_of(observation_of(tcp_packet())),
                   v6 = record_of(observation_of(udp6_packet()));
  for (int i = 0; !message.is_full(); i++) message.add(i % 2 ? v4 : v6, kReportTime);
  EXPECT_LE(message.finish(kHeader).size(), kMaxDatagram);
}

}  // namespace
}  // namespace flowbed::sw
