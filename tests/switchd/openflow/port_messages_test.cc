#include <gmock/gmock.h>

#include "tests/switchd/openflow/message_helpers.hh"
#include "tests/switchd/openflow/sample_messages.hh"

namespace flowbed::sw::ofp {
namespace {

using std::chrono::milliseconds;

PhyPort port() {
  return {.number = OfPort{3},
          .address = MacAddress::from_uint64(0x0102030405ff),
          .name = "a-name-of-more-than-15-bytes",
          .config = kPortDown | kPortNoFlood,
          .state = kPortLinkDown | kPortLive,
          .stp_state = StpState::kForward,
          .current = kSpeed10G | kCopper | kAutonegotiation,
          .current_speed = 10'000'000,
          .max_speed = 40'000'000};
}

const std::string kName = "612d6e616d652d6f662d6d6f72652d00";
const std::string kSpeeds = "00002840" + zeros(12) + "00989680 02625a00";

TEST(PortStatus, DescribesThePortAsItsVersionDoes) {
  const PortStatus status{PortChange::kDelete, port()};
  EXPECT_EQ(encoded(status, k10), plain_hex("01 0c 0040 00000001 01" + zeros(7) + "0003 0102030405ff" +
                                            kName + "00000011 00000201 000002c0" + zeros(12)));
  EXPECT_EQ(encoded(status, k13),
            plain_hex("04 0c 0050 00000001 01" + zeros(7) + "00000003 00000000 0102030405ff 0000" + kName +
                      "00000001 00000005" + kSpeeds));
  EXPECT_EQ(encoded(status, k14),
            plain_hex("05 0c 0058 00000001 01" + zeros(7) + "00000003 0048 0000 0102030405ff 0000" + kName +
                      "00000001 00000005 0000 0020 00000000" + kSpeeds));
}

TEST(PortStatus, NumbersReservedPortsAsItsVersionDoes) {
  const PortStatus status{PortChange::kModify, {.number = kOfPortLocal}};
  EXPECT_EQ(encoded(status, k10).substr(32, 4), "fffe");
  EXPECT_EQ(encoded(status, k13).substr(32, 8), "fffffffe");
}

TEST(PortMod, IsReadInAllVersions) {
  const std::string bits = "00000001 00000041";
  const auto v10 = decoded<PortMod>("01 0f 0020 00000001 0003 0102030405ff" + bits + "00000280 00000000");
  const auto v13 = decoded<PortMod>("04 10 0028 00000001 00000003 00000000 0102030405ff 0000" + bits +
                                    "00002800 00000000");
  const auto v14 = decoded<PortMod>("05 10 0028 00000001 00000003 00000000 0102030405ff 0000" + bits +
                                    "0000 0008 00002800");
  const PortMod wanted{.port = OfPort{3},
                       .address = MacAddress::from_uint64(0x0102030405ff),
                       .config = kPortDown,
                       .mask = kPortDown | kPortNoPacketIn,
                       .advertise = kCopper | kAutonegotiation};
  EXPECT_EQ(v10, wanted);
  EXPECT_EQ(v13, wanted);
  EXPECT_EQ(v14, wanted);
}

TEST(PortMod, RefusesWhatPortsDoNotHave) {
  const std::string begin = "05 10 0028 00000001 00000003 00000000 0102030405ff 0000";
  EXPECT_EQ(fault_in(begin + "00000010 00000010 0000 0008 00000000"), OfFaultKind::kPortModBadConfig)
      << "floods are 1.0's";
  EXPECT_EQ(fault_in(begin + "00000001 00000001 0001 0008 00000000"), OfFaultKind::kPortModBadConfig);
}

PortStats stats() {
  return {.port = OfPort{3},
          .rx_packets = 1,
          .tx_packets = 2,
          .rx_bytes = 3,
          .tx_bytes = 4,
          .rx_dropped = 5,
          .tx_dropped = 6,
          .rx_errors = 7,
          .tx_errors = 8,
          .rx_frame_errors = 9,
          .rx_overruns = 10,
          .rx_crc_errors = 11,
          .collisions = UINT64_MAX,
          .age = milliseconds(1500)};
}

TEST(PortStats, AreWrittenInAllVersions) {
  const PortStatsReply reply{{stats()}};
  const std::string counts =
                        "0000000000000001 0000000000000002 0000000000000003 0000000000000004 0000000000000005"
                        "0000000000000006 0000000000000007 0000000000000008",
                    ethernet = "0000000000000009 000000000000000a 000000000000000b ffffffffffffffff",
                    age = "00000001 1dcd6500";
  EXPECT_EQ(encoded(reply, k10),
            plain_hex("01 11 0074 00000001 0004 0000 0003 000000000000" + counts + ethernet));
  EXPECT_EQ(encoded(reply, k13),
            plain_hex("04 13 0080 00000001 0004 0000 00000000 00000003 00000000" + counts + ethernet + age));
  EXPECT_EQ(encoded(reply, k14), plain_hex("05 13 0088 00000001 0004 0000 00000000 0078 0000 00000003" + age +
                                           counts + "0000 0028 00000000" + ethernet));
}

TEST(PortStats, AreAskedForOneOrAllPorts) {
  EXPECT_EQ(decoded<PortStatsRequest>("01 10 0014 00000001 0004 0000 ffff 000000000000").port, kOfPortAny);
  EXPECT_EQ(decoded<PortStatsRequest>("04 12 0018 00000001 0004 0000 00000000 00000003 00000000").port,
            OfPort{3});
}

TEST(QueueStats, AreWrittenInAllVersions) {
  const QueueStatsReply reply{{{OfPort{3}, 9, 1, 2, 3, milliseconds(1500)}}};
  const std::string counts = "0000000000000001 0000000000000002 0000000000000003", age = "00000001 1dcd6500";
  EXPECT_EQ(encoded(reply, k10), plain_hex("01 11 002c 00000001 0005 0000 0003 0000 00000009" + counts));
  EXPECT_EQ(encoded(reply, k13),
            plain_hex("04 13 0038 00000001 0005 0000 00000000 00000003 00000009" + counts + age));
  EXPECT_EQ(encoded(reply, k14), plain_hex("05 13 0040 00000001 0005 0000 00000000 0030 000000000000"
                                           "00000003 00000009" +
                                           counts + age));
}

TEST(QueueStats, AreAskedForAllPortsByAnotherNumberInOpenFlow10) {
  const auto v10 = decoded<QueueStatsRequest>("01 10 0014 00000001 0005 0000 fffc 0000 ffffffff");
  const auto v13 = decoded<QueueStatsRequest>("04 12 0018 00000001 0005 0000 00000000 ffffffff ffffffff");
  for (const auto& request : {v10, v13}) {
    EXPECT_EQ(request.port, kOfPortAny);
    EXPECT_EQ(request.queue, kQueueAll);
  }
}

TEST(QueueConfig, IsWrittenInAllVersions) {
  const QueueConfigReply reply{OfPort{3}, {{OfPort{3}, 9, 100, 500}}};
  const std::string v13_min = "0001 0010 00000000 0064 000000000000",
                    v13_max = "0002 0010 00000000 01f4 000000000000";
  EXPECT_EQ(encoded(reply, k10),
            plain_hex("01 15 0028 00000001 0003 000000000000 00000009 0018 0000" + v13_min));
  EXPECT_EQ(encoded(reply, k13),
            plain_hex("04 17 0040 00000001 00000003 00000000 00000009 00000003 0030 000000000000" + v13_min +
                      v13_max));
  EXPECT_EQ(encoded(reply, k14),
            plain_hex("05 13 0030 00000001 000f 0000 00000000 00000003 00000009 0020 000000000000"
                      "0001 0008 0064 0000 0002 0008 01f4 0000"));
}

TEST(QueueConfig, IsAskedFor) {
  EXPECT_EQ(decoded<QueueConfigRequest>("01 14 000c 00000001 0003 0000").port, OfPort{3});
  EXPECT_EQ(decoded<QueueConfigRequest>("04 16 0010 00000001 00000003 00000000").port, OfPort{3});
  const auto v14 = decoded<QueueConfigRequest>("05 12 0018 00000001 000f 0000 00000000 00000003 00000009");
  EXPECT_EQ(v14.port, OfPort{3});
  EXPECT_EQ(v14.queue, 9u);
}

TEST(PortDesc, OfThousandsOfPortsIsSpreadOverMessages) {
  const PortDescReply reply{std::vector<PhyPort>(3000, port())};
  EXPECT_EQ(encode(reply, k10, 1).size(), 3u);
  EXPECT_EQ(encode(reply, k13, 1).size(), 3u);
  FeaturesReply features;
  features.ports = reply.ports;
  EXPECT_EQ(encode(features, k10, 1).size(), 1u) << "as many as fit";
}

}  // namespace
}  // namespace flowbed::sw::ofp
