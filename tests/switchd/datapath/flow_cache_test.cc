#include "switchd/datapath/userspace/flow_cache.hh"

#include <gtest/gtest.h>

#include "tests/switchd/datapath/flows.hh"

namespace flowbed::sw {
namespace {

const TimePoint kNow{std::chrono::seconds(1)};
const SharedActions kDrop = std::make_shared<const ActionList>();

FlowSpec spec(uint32_t id, const FlowKey& key, const FlowMask& mask) {
  return {FlowId{id}, masked(key, mask), mask, kDrop};
}

FlowMask port_mask() {
  FlowMask mask = {};
  mask.f.in_port = 0xffff;
  return mask;
}

CacheAnswer answer_for(FlowCache& cache, const FlowKey& key) { return cache.find(key, hash_of(key)).answer; }

TEST(FlowCache, AnswersByMegaflowFirstAndThenExactly) {
  FlowCache cache;
  const FlowKey key = ipv4_key(1, 2, 3, 4);
  EXPECT_EQ(answer_for(cache, key), CacheAnswer::kSlowPath);
  cache.put(spec(0, key, port_mask()), kNow);
  EXPECT_EQ(cache.probe(key), CacheAnswer::kMegaflow);
  EXPECT_EQ(answer_for(cache, key), CacheAnswer::kMegaflow);
  EXPECT_EQ(cache.probe(key), CacheAnswer::kEmc);
  EXPECT_EQ(answer_for(cache, key), CacheAnswer::kEmc);
}

TEST(FlowCache, RemovedFlowAnswersNoMore) {
  FlowCache cache;
  const FlowKey key = ipv4_key(1, 2, 3, 4);
  cache.put(spec(0, key, port_mask()), kNow);
  answer_for(cache, key);
  cache.remove(FlowId{0});
  EXPECT_EQ(answer_for(cache, key), CacheAnswer::kSlowPath);
  EXPECT_EQ(cache.mask_count(), 0u);
}

TEST(FlowCache, MemoryOfARemovedFlowIsNotMistakenForIt) {
  FlowCache cache;
  const FlowKey key = ipv4_key(1, 2, 3, 4), other = ipv4_key(2, 2, 3, 4);
  cache.put(spec(0, key, port_mask()), kNow);
  answer_for(cache, key);
  cache.remove(FlowId{0});
  cache.put(spec(1, other, port_mask()), kNow);
  EXPECT_EQ(answer_for(cache, key), CacheAnswer::kSlowPath);
}

TEST(FlowCache, RemoveAndVisitGiveStatistics) {
  FlowCache cache;
  const FlowKey key = ipv4_key(1, 2, 3, 4);
  cache.put(spec(7, key, port_mask()), kNow);
  cache.find(key, hash_of(key)).flow->statistics.packets = 5;
  cache.visit([](const FlowView& flow) {
    EXPECT_EQ(flow.id, FlowId{7});
    EXPECT_EQ(flow.emc_entries, 1u);
    EXPECT_EQ(flow.megaflow_hits, 1u);
    EXPECT_EQ(flow.statistics.used, kNow);
  });
  EXPECT_EQ(cache.remove(FlowId{7}).packets, 5u);
  EXPECT_EQ(cache.remove(FlowId{7}).packets, 0u);
}

TEST(FlowCache, ClearForgetsEverything) {
  FlowCache cache;
  const FlowKey key = ipv4_key(1, 2, 3, 4);
  cache.put(spec(0, key, port_mask()), kNow);
  answer_for(cache, key);
  cache.clear();
  EXPECT_EQ(answer_for(cache, key), CacheAnswer::kSlowPath);
  cache.visit([](const FlowView&) { ADD_FAILURE(); });
}

}  // namespace
}  // namespace flowbed::sw
