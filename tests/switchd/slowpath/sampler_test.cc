#include "switchd/slowpath/sampler.hh"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowbed::sw {
namespace {

using testing::ElementsAre;

std::vector<uint64_t> taken(Sampler& sampler, uint32_t packets, uint32_t one_in, Sampler::Random& random) {
  std::vector<uint64_t> pools;
  sampler.pass(packets, one_in, random, [&](uint32_t, uint64_t pool) { pools.push_back(pool); });
  return pools;
}

TEST(Sampler, OneInOneIsEveryPacket) {
  Sampler sampler;
  Sampler::Random random(1);
  EXPECT_THAT(taken(sampler, 2, 1, random), ElementsAre(1, 2));
  EXPECT_THAT(taken(sampler, 1, 1, random), ElementsAre(3));
  EXPECT_EQ(sampler.pool(), 3u);
}

// Within five standard deviations, however packets come together.
TEST(Sampler, TakesOneInAsManyAsItShall) {
  Sampler::Random random(7);
  for (const uint32_t burst : {1u, 3u, 40u}) {
    Sampler sampler;
    size_t count = 0;
    const uint32_t packets = 480'000;
    for (uint32_t i = 0; i < packets; i += burst) count += taken(sampler, burst, 64, random).size();
    EXPECT_NEAR(static_cast<double>(count), packets / 64.0, 5 * std::sqrt(packets / 64.0)) << burst;
  }
}

TEST(Sampler, BeginsAnewWithAnotherRate) {
  Sampler sampler;
  Sampler::Random random(3);
  taken(sampler, 1, 4'000'000'000, random);
  EXPECT_THAT(taken(sampler, 1, 1, random), ElementsAre(2));
}

}  // namespace
}  // namespace flowbed::sw
