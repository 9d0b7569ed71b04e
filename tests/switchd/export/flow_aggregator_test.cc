#include "switchd/export/flow_aggregator.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/export/flows.hh"

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

const TimePoint kStart{1h};

class FlowAggregatorTest : public testing::Test {
 protected:
  void observe(const Observation& what, uint64_t packets, Duration when) {
    flows_.observe(what, packets, packets * 100, kStart + when);
  }

  FlowAggregator flows_{{.active = 60s, .idle = 15s}};
};

TEST_F(FlowAggregatorTest, TellsAFlowThatHasEnded) {
  observe(observation_of(tcp_packet(0x02)), 1, 0s);
  observe(observation_of(tcp_packet(0x10)), 5, 3s);
  observe(observation_of(tcp_packet(0x11)), 1, 4s);
  EXPECT_THAT(flows_.expire(kStart + 18s), IsEmpty());
  const auto told = flows_.expire(kStart + 19s);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].packets, 7u);
  EXPECT_EQ(told[0].frame_octets, 700u);
  EXPECT_EQ(told[0].octets, 700u - 7 * 14);
  EXPECT_EQ(told[0].tcp_flags, 0x13);
  EXPECT_EQ(told[0].first, kStart);
  EXPECT_EQ(told[0].last, kStart + 4s);
  EXPECT_EQ(told[0].end, FlowEnd::kIdle);
  EXPECT_EQ(flows_.size(), 0u);
}

TEST_F(FlowAggregatorTest, TellsAFlowThatGoesOnWithWhatIsNew) {
  for (int second = 0; second < 60; second++) observe(observation_of(tcp_packet()), 2, second * 1s);
  auto told = flows_.expire(kStart + 60s);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].packets, 120u);
  EXPECT_EQ(told[0].end, FlowEnd::kActive);
  EXPECT_THAT(flows_.expire(kStart + 61s), IsEmpty());
  observe(observation_of(tcp_packet()), 3, 62s);
  told = flows_.expire(kStart + 80s);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].packets, 3u);
  EXPECT_EQ(told[0].first, kStart + 59s) << "not known better";
  EXPECT_EQ(told[0].end, FlowEnd::kIdle);
}

TEST_F(FlowAggregatorTest, SaysNothingTwice) {
  observe(observation_of(tcp_packet()), 2, 0s);
  observe(observation_of(tcp_packet()), 2, 55s);
  EXPECT_THAT(flows_.expire(kStart + 60s), SizeIs(1));
  EXPECT_THAT(flows_.expire(kStart + 100s), IsEmpty());
  EXPECT_EQ(flows_.size(), 0u);
}

TEST_F(FlowAggregatorTest, TellsFlowsApart) {
  observe(observation_of(tcp_packet()), 1, 0s);
  observe(observation_of(echo_request()), 1, 0s);
  observe(observation_of(udp6_packet()), 1, 0s);
  observe(observation_of(tcp_packet(), vlan_tag(7)), 1, 0s);
  Observation elsewhere = observation_of(tcp_packet());
  elsewhere.in = OfPort{9};
  observe(elsewhere, 1, 0s);
  EXPECT_EQ(flows_.size(), 5u);
}

TEST_F(FlowAggregatorTest, CountsWithoutTheLinksHeader) {
  Observation tagged = observation_of(tcp_packet(), vlan_tag(7));
  tagged.has_more_tags = true;
  tagged.extra_bytes = 4;  // than where the packets came in
  observe(tagged, 2, 0s);
  const auto told = flows_.flush();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].frame_octets, 208u);
  EXPECT_EQ(told[0].octets, 208u - 2 * 22);
  EXPECT_EQ(told[0].end, FlowEnd::kForced);
}

TEST_F(FlowAggregatorTest, MakesRoomByTellingEverything) {
  Observation flow = observation_of(tcp_packet());
  for (uint32_t i = 0; i <= FlowAggregator::kMaxFlows; i++) {
    flow.key.f.ipv4.src = i;
    observe(flow, 1, 0s);
  }
  EXPECT_EQ(flows_.size(), 1u);
  const auto told = flows_.expire(kStart);
  EXPECT_THAT(told, SizeIs(FlowAggregator::kMaxFlows));
  EXPECT_EQ(told[0].end, FlowEnd::kNoRoom);
}

TEST_F(FlowAggregatorTest, KeepsNoMoreThanSomeForWhoCannotBeTold) {
  constexpr uint32_t kFlows = 5 * FlowAggregator::kMaxFlows;
  Observation flow = observation_of(tcp_packet());
  for (uint32_t i = 0; i < kFlows; i++) {
    flow.key.f.ipv4.src = i;
    observe(flow, 1, 0s);
  }
  const size_t kept = flows_.flush().size();
  EXPECT_LE(kept, 3 * FlowAggregator::kMaxFlows);
  EXPECT_EQ(kept + flows_.lost(), kFlows);
}

}  // namespace
}  // namespace flowbed::sw
