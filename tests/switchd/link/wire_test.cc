// What befalls packets on their way: as often as asked, in bursts as long as asked, and the same for the same
// seed.
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/link/link_rig.hh"

namespace flowbed::sw {
namespace {

constexpr int kPackets = 200'000;

LinkRig& send_many(LinkRig& rig, int packets = kPackets, Duration apart = 1ms) {
  for (int i = 0; i < packets; i++) {
    rig.send(100);
    rig.pass(apart);
  }
  rig.drain();
  return rig;
}

// Of `count` trials with that chance: 99 % of all runs lie that far from the mean at most.
double tolerance(double chance, double count, double correlation = 0) {
  const double deviation = std::sqrt(chance * (1 - chance) / count * (1 + correlation) / (1 - correlation));
  return 2.576 * deviation;
}

double lag_one_correlation(const std::vector<double>& values) {
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  double product = 0, square = 0;
  for (size_t i = 0; i + 1 < values.size(); i++) product += (values[i] - mean) * (values[i + 1] - mean);
  for (const double value : values) square += (value - mean) * (value - mean);
  return product / square;
}

TEST(LinkLoss, IsAsOftenAsAskedWhateverItsCorrelation) {
  for (const double correlation : {0.0, 0.25, 0.8}) {
    LinkRig rig({.loss = Chance{0.1, correlation}, .seed = 7});
    send_many(rig);
    std::vector<double> lost(kPackets);
    for (const uint64_t id : rig.ids_of_dropped()) lost[id] = 1;
    EXPECT_NEAR(static_cast<double>(rig.dropped.size()) / kPackets, 0.1,
                tolerance(0.1, kPackets, correlation));
    EXPECT_NEAR(lag_one_correlation(lost), correlation, 0.02);
  }
}

TEST(LinkLoss, GilbertAndElliottsBurstsAreAsLongAsTheyShall) {
  const GilbertElliott model{.to_bad = 0.01, .to_good = 0.2, .loss_in_bad = 1, .loss_in_good = 0};
  LinkRig rig({.loss = model, .seed = 3});
  send_many(rig);
  const double share = model.to_bad / (model.to_bad + model.to_good);
  EXPECT_NEAR(static_cast<double>(rig.dropped.size()) / kPackets, share, tolerance(share, kPackets, 0.79));
  size_t bursts = 0;
  for (size_t i = 0; i < rig.dropped.size(); i++)
    bursts += i == 0 || rig.dropped[i].id != rig.dropped[i - 1].id + 1;
  EXPECT_NEAR(static_cast<double>(rig.dropped.size()) / static_cast<double>(bursts), 1 / model.to_good, 0.25);
}

TEST(LinkLoss, APatternIsRepeated) {
  LinkRig rig({.loss = LossPattern{{false, false, true}}});
  send_many(rig, 9);
  EXPECT_THAT(rig.ids_of_dropped(), testing::ElementsAre(2, 5, 8));
}

TEST(LinkSeed, DecidesAllAndAnotherOneOtherwise) {
  const auto run = [](uint64_t seed) {
    LinkRig rig({.jitter = JitterSettings{.spread = 1ms},
                 .loss = Chance{0.1, 0.3},
                 .duplicate = Chance{0.1, 0},
                 .corrupt = Chance{0.05, 0},
                 .seed = seed});
    send_many(rig, 500);
    return std::pair(rig.ids(), rig.ids_of_dropped());
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST(LinkChances, DoublesAndDamageAreAsOftenAsAsked) {
  LinkRig rig({.duplicate = Chance{0.02, 0}, .corrupt = Chance{0.05, 0}, .seed = 5});
  send_many(rig);
  const LinkCounters& counters = rig.link.counters();
  EXPECT_EQ(rig.arrived.size(), counters.delivered);
  const auto doubles = static_cast<double>(counters.delivered - counters.arrived);
  EXPECT_NEAR(doubles / kPackets, 0.02, tolerance(0.02, kPackets));
  EXPECT_NEAR(static_cast<double>(counters.corrupted) / static_cast<double>(counters.delivered), 0.05,
              tolerance(0.05, kPackets) * 1.1);
}

TEST(LinkDelay, IsExact) {
  LinkRig rig({.delay = 100ms});
  send_many(rig, 10);
  for (size_t i = 0; i < 10; i++) EXPECT_EQ(rig.arrived[i].at, TimePoint(1h) + i * 1ms + 100ms);
}

struct Moments {
  double mean, deviation, correlation;
};
Moments moments_of_delay(JitterSettings jitter) {
  jitter.may_reorder = true;
  LinkRig rig({.delay = 50ms, .jitter = jitter, .seed = 11});
  send_many(rig, 100'000, 10ms);
  std::vector<double> delays(rig.arrived.size());
  for (const auto& delivery : rig.arrived)
    delays[delivery.packet.id] = to_milliseconds(delivery.at - delivery.packet.arrived);
  const auto count = static_cast<double>(delays.size());
  const double mean = std::accumulate(delays.begin(), delays.end(), 0.0) / count;
  double square = 0;
  for (const double delay : delays) square += (delay - mean) * (delay - mean);
  return {mean, std::sqrt(square / count), lag_one_correlation(delays)};
}

TEST(LinkJitter, HasTheDistributionThatWasAskedFor) {
  const auto uniform = moments_of_delay({.spread = 6ms, .shape = JitterShape::kUniform});
  EXPECT_NEAR(uniform.mean, 50, 0.05);
  EXPECT_NEAR(uniform.deviation, 6 / std::sqrt(3), 0.05);
  for (const JitterShape shape : {JitterShape::kNormal, JitterShape::kPareto, JitterShape::kParetoNormal}) {
    const auto moments = moments_of_delay({.spread = 5ms, .shape = shape});
    EXPECT_NEAR(moments.mean, 50, 0.05);
    EXPECT_NEAR(moments.deviation, 5, shape == JitterShape::kNormal ? 0.05 : 0.15);
  }
  const auto table = moments_of_delay({.spread = 1ms, .shape = JitterShape::kTable, .table = {-2, 0, 10}});
  EXPECT_NEAR(table.mean, 50 + (-1 + 5) / 2.0, 0.05);
}

TEST(LinkJitter, IsCorrelatedAndKeepsItsDistribution) {
  const auto moments = moments_of_delay({.spread = 5ms, .shape = JitterShape::kNormal, .correlation = 0.6});
  EXPECT_NEAR(moments.deviation, 5, 0.1);
  EXPECT_NEAR(moments.correlation, 0.6, 0.02);
}

TEST(LinkJitter, KeepsTheOrderUnlessToldOtherwise) {
  const auto inversions = [](bool may_reorder) {
    LinkRig rig(
        {.delay = 10ms, .jitter = JitterSettings{.spread = 9ms, .may_reorder = may_reorder}, .seed = 2});
    send_many(rig, 2000);
    const auto ids = rig.ids();
    size_t count = 0;
    for (size_t i = 1; i < ids.size(); i++) count += ids[i] < ids[i - 1];
    return count;
  };
  EXPECT_EQ(inversions(false), 0u);
  EXPECT_GT(inversions(true), 500u);
}

TEST(LinkReorder, SomeOvertakeByTheWholeDelay) {
  LinkRig rig({.delay = 10ms, .reorder = ReorderSettings{.chance = {1, 0}, .gap = 5}});
  send_many(rig, 10);
  EXPECT_THAT(rig.ids(), testing::ElementsAre(4, 9, 0, 1, 2, 3, 5, 6, 7, 8));
}

}  // namespace
}  // namespace flowbed::sw
