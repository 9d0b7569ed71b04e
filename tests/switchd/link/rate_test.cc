// Rates and traces, to the nanosecond and to the byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/link/link_rig.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAre;

DirectionSettings at_rate(uint64_t bits_per_second, uint32_t overhead = 0, uint64_t burst = 0) {
  return {.rate = RateSettings{bits_per_second, overhead, burst}};
}

TEST(LinkRate, APacketTakesItsBitsAtTheRate) {
  LinkRig rig(at_rate(1'000'000));
  rig.send(1250);
  rig.drain();
  EXPECT_EQ(rig.arrived[0].at, TimePoint(1h) + 10ms);
}

TEST(LinkRate, IsExactOverHours) {
  constexpr uint64_t kRate = 7'777'777, kPackets = 2'000'000;
  constexpr uint32_t kBytes = 1501;
  DirectionSettings settings = at_rate(kRate);
  settings.queue.limit = {};
  LinkRig rig(settings);
  for (uint64_t i = 0; i < kPackets; i++) {
    rig.send(kBytes);
    if (i % 100 == 99) rig.pass(100ms);
  }
  rig.drain();
  const auto exact =
      static_cast<int64_t>(static_cast<__int128>(kPackets) * kBytes * 8 * 1'000'000'000 / kRate);
  EXPECT_EQ(rig.arrived.size(), kPackets);
  EXPECT_EQ((rig.arrived.back().at - TimePoint(1h)).count(), exact);
}

TEST(LinkRate, EveryPacketTakesItsFramingToo) {
  LinkRig rig(at_rate(8'000'000, 20));
  rig.send(980);
  rig.send(980);
  rig.drain();
  EXPECT_EQ(rig.arrived[1].at, TimePoint(1h) + 2ms);
}

TEST(LinkRate, ABurstLeavesAtOnceAfterAPause) {
  LinkRig rig(at_rate(8'000'000, 0, 3000));
  for (int i = 0; i < 5; i++) rig.send(1000);
  rig.drain();
  std::vector<int64_t> after;
  for (const auto& delivery : rig.arrived) after.push_back((delivery.at - TimePoint(1h)) / 1us);
  EXPECT_THAT(after, ElementsAre(0, 0, 0, 1000, 2000));
}

TEST(LinkRate, WhatFindsNoRoomIsDropped) {
  DirectionSettings settings = at_rate(1'000'000);
  settings.queue.limit.packets = 3;
  LinkRig rig(settings);
  for (int i = 0; i < 6; i++) rig.send();  // one is being sent
  rig.drain();
  EXPECT_THAT(rig.ids(), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(rig.ids_of_dropped(), ElementsAre(4, 5));
  EXPECT_EQ(rig.drops[DropCause::kQueueFull], 2u);
}

DirectionSettings by_trace(DeliveryTrace trace) {
  return {.rate = std::make_shared<const DeliveryTrace>(std::move(trace)), .queue = {.limit = {}}};
}
std::vector<int64_t> milliseconds(const LinkRig& rig) {
  std::vector<int64_t> all;
  for (const auto& delivery : rig.arrived) all.push_back((delivery.at - TimePoint(1h)) / 1ms);
  return all;
}

TEST(LinkTrace, AnOpportunityTakes1500Bytes) {
  LinkRig rig(by_trace({2, 2, 7, 10}));
  for (int i = 0; i < 6; i++) rig.send(1500);
  rig.drain();
  EXPECT_THAT(milliseconds(rig), ElementsAre(2, 2, 7, 10, 12, 12));
}

TEST(LinkTrace, SmallPacketsShareOneAndLargeOnesNeedSeveral) {
  LinkRig rig(by_trace({1, 5, 10}));
  rig.send(500);
  rig.send(500);
  rig.send(1000);
  rig.send(3000);
  rig.drain();
  EXPECT_THAT(milliseconds(rig), ElementsAre(1, 1, 5, 11));
}

TEST(LinkTrace, WhatNobodyUsesIsGone) {
  LinkRig rig(by_trace({1, 5, 10}));
  rig.pass(6ms);
  rig.send(500);
  rig.pass(17ms);  // 23 ms: in the third period
  rig.send(500);
  rig.drain();
  EXPECT_THAT(milliseconds(rig), ElementsAre(10, 25));
}

TEST(LinkTrace, GoesOnWhenSomethingElseChanges) {
  LinkRig rig(by_trace({1, 5, 10}));
  rig.pass(6ms);
  DirectionSettings later = by_trace({1, 5, 10});
  later.delay = 1ms;
  rig.link.change(later, rig.now);
  rig.send(500);
  rig.drain();
  EXPECT_THAT(milliseconds(rig), ElementsAre(11));
}

TEST(LinkTrace, DeliversExactlyItsBytes) {
  LinkRig rig(by_trace({3, 3, 4, 9, 20}));
  for (int i = 0; i < 5000; i++) rig.send(100 + static_cast<uint32_t>(i % 1400));
  constexpr int kPeriods = 50;
  rig.pass(kPeriods * 20ms);
  const uint64_t capacity = kPeriods * 5 * TraceServer::kOpportunityBytes;
  EXPECT_LE(rig.link.counters().delivered_bytes, capacity);
  EXPECT_GT(rig.link.counters().delivered_bytes, capacity - 1500) << "but for the packet that is being sent";
}

}  // namespace
}  // namespace flowbed::sw
