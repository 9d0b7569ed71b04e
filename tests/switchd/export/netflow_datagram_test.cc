// Expected bytes are written down from Cisco's tables of version 5, not from the encoder.
#include "switchd/export/netflow_datagram.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/export/flows.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAreArray;
using testing::SizeIs;

TEST(NetflowDatagram, HasHeaderAndRecords) {
  const auto records = netflow_records(record_of(observation_of(tcp_packet())), kReportTime);
  ASSERT_THAT(records, SizeIs(1));
  const Datagram datagram = netflow_datagram({.uptime_ms = 3000,
                                              .calendar_ns = kReportTime.calendar_ns,
                                              .sequence = 41,
                                              .engine_type = 1,
                                              .engine_id = 2},
                                             records);
  const Bytes expected = Bytes()
                             .u16(5)
                             .u16(1)
                             .u32(3000)
                             .u32(1'700'000'000)
                             .u32(500'000'000)
                             .u32(41)
                             .u8(1)
                             .u8(2)
                             .u16(0)
                             .ip("10.0.0.1")
                             .ip("10.0.0.2")
                             .u32(0)  // next hop
                             .u16(1)
                             .u16(2)
                             .u32(3)
                             .u32(258)
                             .u32(1000)  // first, of the uptime
                             .u32(2500)
                             .u16(40000)
                             .u16(80)
                             .u8(0)
                             .u8(0x13)
                             .u8(6)
                             .u8(0x2c)  // DSCP of 0x2e, without the congestion bits
                             .u16(0)
                             .u16(0)
                             .u8(0)
                             .u8(0)
                             .u16(0);
  EXPECT_EQ(expected.get().size(), 24u + 48u);
  EXPECT_THAT(datagram, ElementsAreArray(expected.get()));
}

TEST(NetflowDatagram, WritesTypeAndCodeOfIcmpAsADestinationPort) {
  const auto records = netflow_records(record_of(observation_of(echo_request())), kReportTime);
  EXPECT_EQ(records.at(0).src_port, 0);
  EXPECT_EQ(records.at(0).dst_port, 8 << 8 | 3);
}

TEST(NetflowDatagram, SplitsCountsThatAreTooLarge) {
  FlowRecord flow = record_of(observation_of(tcp_packet()));
  flow.packets = 10'000'000;
  flow.octets = 0x2'0000'0005;
  const auto records = netflow_records(flow, kReportTime);
  ASSERT_THAT(records, SizeIs(3));
  uint64_t packets = 0, octets = 0;
  for (const NetflowRecord& record : records) {
    packets += record.packets;
    octets += record.octets;
  }
  EXPECT_EQ(packets, flow.packets);
  EXPECT_EQ(octets, flow.octets);
}

TEST(NetflowDatagram, TellsWhatWasDroppedAndWhatWentToSeveralPorts) {
  FlowRecord flow = record_of(observation_of(tcp_packet()));
  flow.leaving.ports = 0;
  EXPECT_EQ(netflow_records(flow, kReportTime).at(0).output, 0);
  flow.leaving.ports = 2;
  EXPECT_EQ(netflow_records(flow, kReportTime).at(0).output, 0xffff);
}

}  // namespace
}  // namespace flowbed::sw
