#include "switchd/slowpath/flow_store.hh"

#include <gtest/gtest.h>

#include "tests/switchd/slowpath/fake_datapath.hh"

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;

TEST(FlowLimit, FallsWhileRoundsTakeLongAndRisesAgain) {
  size_t limit = kMaxFlows;
  EXPECT_EQ(adapted_flow_limit(limit, 100ms), kMaxFlows);
  limit = adapted_flow_limit(limit, 2s);
  EXPECT_EQ(limit, kMaxFlows / 2);
  EXPECT_GT(adapted_flow_limit(limit, 100ms), limit);
}

TEST(FlowLimit, LeavesRoomForSome) {
  size_t limit = kMaxFlows;
  for (int i = 0; i < 100; i++) limit = adapted_flow_limit(limit, 10s);
  EXPECT_GE(limit, 1000u);
}

struct FlowStoreTest : testing::Test {
  void put(unsigned number, TimePoint now) {
    FlowKey key{};
    key.f.in_port = 1;
    key.f.ipv4.src = number;
    Translation translation;
    translation.mask.f.ipv4.src = ~0u;
    store.put(key, std::move(translation), store.share({}), now);
  }

  FakeDatapath datapath;
  FlowStore store{datapath};
};

TEST_F(FlowStoreTest, AboveTheLimitNoneIsAddedUntilIdleOnesHaveGone) {
  while (store.limit() > 2048) store.note_round(2s);
  const TimePoint start{1h};
  for (unsigned i = 0; i < 3000; i++) put(i, start);
  EXPECT_EQ(store.count(), store.limit());
  EXPECT_EQ(datapath.flows.size(), store.limit());
  for (int i = 0; i < 500; i++)
    datapath.flows.at(FlowId{static_cast<uint32_t>(i)}).statistics.used = start + 1s;
  while (!store.go_round(start + 1s)) continue;
  EXPECT_EQ(store.count(), 500u) << "a second is enough while there is no room";
  put(5000, start + 1s);
  EXPECT_EQ(store.count(), 501u);
  while (!store.go_round(start + 5s)) continue;
  EXPECT_EQ(store.count(), 501u) << "while there is room, idle flows stay for ten seconds";
}

}  // namespace
}  // namespace flowbed::sw
