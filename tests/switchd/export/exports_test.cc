// From packets to datagrams: a switch that forwards, and a socket in a collector's place.
#include "switchd/export/exports.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "switchd/datapath/userspace/userspace_datapath.hh"
#include "tests/switchd/export/flows.hh"
#include "tests/switchd/recording_output.hh"
#include "tests/switchd/slowpath/bridges.hh"

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

const IpAddress kHere = IpAddress::from_ipv4(INADDR_LOOPBACK);

class OwnSockets : public DatagramSource {
 public:
  Task<FileDescriptor> start_sending(std::string place, IpAddress address, uint16_t port) override {
    places.push_back(place);
    co_return flowbed::start_sending(address, port);
  }
  std::vector<std::string> places;
};

// Listens on a port of loopback: its own, or that one.
class Listener {
 public:
  explicit Listener(uint16_t port = 0) : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    socklen_t size = sizeof address;
    bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size);
    getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  Collectors as_collectors() const { return {.targets = {{kHere, port_}}, .place = "fabric"}; }
  std::vector<Datagram> take() {
    std::vector<Datagram> all;
    uint8_t buffer[65536];
    for (ssize_t size; (size = recv(fd_.get(), buffer, sizeof buffer, 0)) >= 0;)
      all.emplace_back(buffer, buffer + size);
    return all;
  }

 private:
  FileDescriptor fd_;
  uint16_t port_ = 0;
};

uint32_t u32(const Datagram& datagram, size_t at) { return read_u32(&datagram.at(at)); }

class ExportsTest : public testing::Test {
 protected:
  void put(const ExportConfig& config) {
    for (const int number : {1, 2}) {
      BridgeConfig bridge = BridgeBuilder(number).ports(1, 2).link(6, 3 - number, 6).config();
      if (number == 1) bridge.monitor = config.monitor();
      slow_path_.put_bridge(bridge, all_links_up);
    }
    exports_.put("s1", config);
    loop_.turn(0ms);
    loop_.turn(0ms);
  }
  void receive(int port, const Packet& packet, int count = 1) {
    for (int i = 0; i < count; i++) {
      ReceivedPacket burst[] = {{port_index(1, port), packet}};
      datapath_.receive(burst, now_);
    }
  }
  void pass(Duration time) {
    now_ += time;
    slow_path_.maintain(now_);
    exports_.tick(now_);
  }

  EventLoop loop_;
  Listener listener_;
  RecordingOutput output_;
  UserspaceDatapath datapath_{output_};
  SlowPath slow_path_{datapath_};
  OwnSockets sockets_;
  Exports exports_{loop_, slow_path_, sockets_};
  TimePoint now_ = monotonic_now();
};

TEST_F(ExportsTest, EveryPacketOfAFlowIsCountedOnce) {
  put({.sflow = {}, .netflow = NetflowConfig{.to = listener_.as_collectors()}, .ipfix = {}});
  const Bytes syn = tcp_packet(0x02), data = tcp_packet(0x10), fin = tcp_packet(0x11);
  receive(1, packet_of(syn));
  receive(1, packet_of(data), 20);
  pass(1s);
  receive(1, packet_of(data), 7);
  receive(1, packet_of(fin));
  pass(1s);
  EXPECT_THAT(listener_.take(), IsEmpty());
  pass(20s);
  const auto told = listener_.take();
  ASSERT_THAT(told, SizeIs(1));
  ASSERT_EQ(told[0].size(), 24u + 48);
  EXPECT_EQ(u32(told[0], 24 + 16), 29u);
  EXPECT_EQ(u32(told[0], 24 + 20), 29u * 40);
  EXPECT_EQ(told[0][24 + 37], 0x13) << "TCP's flags";
  EXPECT_THAT(sockets_.places, testing::ElementsAre("fabric"));
}

TEST_F(ExportsTest, WhatGoesOnIsToldByTheActiveTimeout) {
  put({.sflow = {},
       .netflow = NetflowConfig{.to = listener_.as_collectors(), .timeouts = {.active = 5s, .idle = 15s}},
       .ipfix = {}});
  const Bytes data = tcp_packet();
  for (int second = 0; second < 12; second++) {
    receive(1, packet_of(data), 10);
    pass(1s);
  }
  uint32_t packets = 0;
  const auto told = listener_.take();
  EXPECT_THAT(told, SizeIs(2));
  for (const Datagram& datagram : told) packets += u32(datagram, 24 + 16);
  EXPECT_EQ(packets, 100u);
}

TEST_F(ExportsTest, WithoutExportsConnectionsShareAMegaflow) {
  put({});
  for (unsigned port = 1; port <= 50; port++)
    receive(1, packet_of(udp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 17), port, 9)));
  EXPECT_LE(slow_path_.flows().count(), 2u);
}

TEST_F(ExportsTest, OneInOneSamplesEveryPacketOfASuperPacket) {
  put({.sflow = SflowConfig{.to = listener_.as_collectors(), .sampling = 1, .polling = 0s},
       .netflow = {},
       .ipfix = {}});
  Bytes bytes = tcp_packet();
  bytes.zeros(3000);
  std::vector<uint8_t> raw = bytes.get();
  write_u16(&raw[16], static_cast<uint16_t>(raw.size() - 14));
  Packet packet{.bytes = raw, .vlan = {}, .offload = {}, .wire = {}};
  packet.offload = {.flags = OffloadHeader::kNeedsChecksum,
                    .gso_type = OffloadHeader::kGsoTcp4,
                    .hdr_len = 54,
                    .gso_size = 1000,
                    .csum_start = 34,
                    .csum_offset = 16};
  receive(1, packet);
  pass(1s);
  const auto told = listener_.take();
  ASSERT_THAT(told, SizeIs(1));
  ASSERT_EQ(u32(told[0], 24), 3u) << "samples";
  for (uint32_t i = 0; i < 3; i++) {
    const size_t sample = 28 + i * (8 + 32 + 8 + 16 + 128 + 8 + 16);
    EXPECT_EQ(u32(told[0], sample + 8), i + 1) << "sequence";
    EXPECT_EQ(u32(told[0], sample + 20), i + 1) << "pool";
    EXPECT_EQ(u32(told[0], sample + 32), sflow_several(2)) << "flooded";
    EXPECT_EQ(u32(told[0], sample + 52), 1054u + 4) << "size of the frame";
    EXPECT_EQ(u32(told[0], sample + 64 + 38), 1 + i * 1000) << "TCP's sequence number";
  }
}

TEST_F(ExportsTest, CountersAreToldWhenTheyAreDue) {
  put({.sflow = SflowConfig{.to = listener_.as_collectors(), .polling = 10s}, .netflow = {}, .ipfix = {}});
  receive(1, packet_of(tcp_packet()), 5);
  pass(1s);
  const auto told = listener_.take();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(u32(told[0], 24), 3u) << "one for each port";
  EXPECT_EQ(u32(told[0], 28 + 12), to_number(port_index(1, 1)));
  EXPECT_EQ(u32(told[0], 28 + 28 + 32), 5u) << "packets that came in";
  pass(9s);
  EXPECT_THAT(listener_.take(), IsEmpty());
  pass(1s);
  EXPECT_THAT(listener_.take(), SizeIs(1));
}

TEST_F(ExportsTest, WhoeverIsNotThereCostsNothing) {
  UdpTarget nobody;
  {
    const Listener gone;
    nobody = gone.as_collectors().targets[0];
  }
  put({.sflow = SflowConfig{.to = {.targets = {nobody}}, .polling = 1s}, .netflow = {}, .ipfix = {}});
  for (int i = 0; i < 5; i++) pass(1s);
  const auto& collector =
      *exports_.find(*slow_path_.bridges().find("s1"))->sflow()->collectors().members()[0];
  EXPECT_EQ(collector.counters().sent, 5u);
  EXPECT_EQ(collector.counters().refused, 4u);
}

TEST_F(ExportsTest, ACollectorThatComesLateGetsTheTemplatesAtOnce) {
  Collectors to;
  {
    const Listener gone;
    to = gone.as_collectors();
  }
  put({.sflow = {}, .netflow = {}, .ipfix = IpfixConfig{.to = to}});
  receive(1, packet_of(tcp_packet()));
  pass(20s);
  Listener late(to.targets[0].port);
  receive(1, packet_of(tcp_packet()));
  pass(20s);
  const auto told = late.take();
  ASSERT_THAT(told, SizeIs(1));
  constexpr size_t kHeader = 16;
  constexpr uint32_t kTemplateSet = 2;
  EXPECT_EQ(u32(told[0], kHeader) >> 16, kTemplateSet);
}

TEST_F(ExportsTest, TheLastIsToldWhenTheExportEnds) {
  put({.sflow = {}, .netflow = {}, .ipfix = IpfixConfig{.to = listener_.as_collectors()}});
  receive(1, packet_of(tcp_packet()), 5);
  exports_.put("s1", {});
  EXPECT_THAT(listener_.take(), SizeIs(1));
  EXPECT_EQ(exports_.find(*slow_path_.bridges().find("s1")), nullptr);
}

}  // namespace
}  // namespace flowbed::sw
