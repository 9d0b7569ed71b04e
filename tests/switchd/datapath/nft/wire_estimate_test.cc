#include "switchd/datapath/nft/wire_estimate.hh"

#include <gtest/gtest.h>

namespace flowbed::sw {
namespace {

constexpr FlowHeaders kTcp4{.link = 14, .above = 52};

void expect(const Counters& counters, uint64_t packets, uint64_t bytes) {
  EXPECT_EQ(counters.packets, packets);
  EXPECT_EQ(counters.bytes, bytes);
}

TEST(WireEstimate, PacketsThatFitAreCountedAsTheyAre) {
  expect(estimate_on_wire(10, 10 * 84, kTcp4, 1500), 10, 10 * 98);
  expect(estimate_on_wire(1, 1500, kTcp4, 1500), 1, 1514);
}

TEST(WireEstimate, SuperPacketsCountAsTheirSegments) {
  // 44 segments of 1448 bytes each in every one of them
  expect(estimate_on_wire(3, 3 * (52 + 44 * 1448), kTcp4, 1500), 3 * 44, 3 * 44 * 1514);
}

TEST(WireEstimate, ALastSegmentMayBeShort) {
  expect(estimate_on_wire(1, 52 + 2 * 1448 + 10, kTcp4, 1500), 3, 2 * 1514 + 14 + 52 + 10);
}

TEST(WireEstimate, KnowsTheHeadersOfAFlow) {
  FlowKey key = {};
  key.f.eth_type = flow_key_u16(FLOW_ETH_TYPE_IPV6);
  key.f.vlan_tpid = 1;
  const FlowHeaders headers = headers_of(key);
  EXPECT_EQ(headers.link, 18u);
  EXPECT_EQ(headers.above, 72u);
}

}  // namespace
}  // namespace flowbed::sw
