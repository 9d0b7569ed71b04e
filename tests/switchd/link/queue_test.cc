// Disciplines: what they are for.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/switchd/link/link_rig.hh"

namespace flowbed::sw {
namespace {

constexpr uint64_t kRate = 10'000'000;

DirectionSettings with(DisciplineSettings discipline, bool ecn = false) {
  return {.rate = RateSettings{.bits_per_second = kRate},
          .queue = {.limit = {.packets = 1000, .bytes = {}}, .discipline = discipline, .ecn = ecn},
          .seed = 9};
}

// A sender that goes on at a rate and slows down by half when it loses a packet or one is marked, at most
// once each 50 ms, and else sends a little faster all the time: what TCP does, roughly.
class Sender {
 public:
  Sender(LinkRig& rig, uint32_t flow, bool ecn = false) : rig_(rig), flow_(flow), ecn_(ecn) {}

  TimePoint next() const { return next_; }
  void send() {
    rig_.send(1500, flow_, ecn_);
    next_ = rig_.now + Duration(static_cast<int64_t>(1500 * 8 * 1e9 / rate_));
  }
  void note_time_passed(Duration time) { rate_ += 4e6 * to_seconds(time); }
  void note_congestion(TimePoint now) {
    if (now - slowed_ < 50ms) return;
    slowed_ = now;
    rate_ = std::max(rate_ / 2, 100e3);
  }
  uint32_t flow() const { return flow_; }

 private:
  LinkRig& rig_;
  uint32_t flow_;
  bool ecn_;
  double rate_ = 5e6;
  TimePoint next_{1h}, slowed_{};
};

struct Outcome {
  double mean_wait_ms = 0, throughput = 0;
  uint64_t marks = 0;
  std::map<uint32_t, uint64_t> bytes_of_flow;
};

Outcome run(const DirectionSettings& settings, int senders, bool ecn = false, Duration time = 60s) {
  LinkRig rig(settings);
  std::vector<Sender> all;
  for (int i = 0; i < senders; i++) all.emplace_back(rig, static_cast<uint32_t>(i), ecn);
  const TimePoint end = rig.now + time;
  size_t seen = 0, drops_seen = 0;
  Outcome outcome;
  double waited = 0;
  while (rig.now < end) {
    Sender& first = *std::ranges::min_element(all, {}, &Sender::next);
    const TimePoint before = rig.now;
    rig.pass_until(std::max(first.next(), rig.now));
    for (Sender& sender : all) sender.note_time_passed(rig.now - before);
    first.send();
    for (; seen < rig.arrived.size(); seen++) {
      const auto& [packet, at, is_double] = rig.arrived[seen];
      waited += to_milliseconds(at - packet.arrived);
      outcome.bytes_of_flow[packet.flow] += packet.bytes;
      if (packet.is_marked) all[packet.flow].note_congestion(rig.now);
    }
    for (; drops_seen < rig.dropped.size(); drops_seen++)
      all[rig.dropped[drops_seen].flow].note_congestion(rig.now);
  }
  outcome.mean_wait_ms = waited / static_cast<double>(seen);
  outcome.throughput = static_cast<double>(rig.link.counters().delivered_bytes) * 8 / to_seconds(time);
  outcome.marks = rig.link.marks();
  return outcome;
}

TEST(LinkQueue, DropTailFillsUp) {
  const Outcome outcome = run(with(DropTailSettings{}), 1);
  EXPECT_GT(outcome.mean_wait_ms, 400);
  EXPECT_GT(outcome.throughput, 0.95 * kRate);
}

// RED as it was first described drops everything while the average is above its maximum, which costs a link
// with few senders more than the others do.
TEST(LinkQueue, ActiveOnesKeepItShortAndTheLinkBusy) {
  struct Row {
    const char* name;
    DisciplineSettings discipline;
    double least_use;
  };
  const Row rows[] = {
      {"CoDel", CodelSettings{}, 0.95},
      {"FQ-CoDel", FqCodelSettings{}, 0.93},
      {"PIE", PieSettings{}, 0.95},
      {"RED", RedSettings{.min = 15'000, .max = 60'000, .chance = 0.1}, 0.8},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Outcome outcome = run(with(row.discipline), 5);
    EXPECT_LT(outcome.mean_wait_ms, 60);
    EXPECT_GT(outcome.throughput, row.least_use * kRate);
  }
}

TEST(LinkQueue, MarksInsteadOfDropping) {
  for (const DisciplineSettings& discipline : {DisciplineSettings{CodelSettings{}},
                                               {FqCodelSettings{}},
                                               {RedSettings{.min = 15'000, .max = 60'000}}}) {
    const Outcome outcome = run(with(discipline, true), 1, true, 20s);
    EXPECT_GT(outcome.marks, 5u);
  }
  EXPECT_EQ(run(with(CodelSettings{}, true), 1, false, 20s).marks, 0u)
      << "packets that cannot be marked are dropped";
}

// One floods, the others send little.
TEST(LinkQueue, FairQueueingProtectsTheQuiet) {
  const auto wait_of_quiet = [](const DisciplineSettings& discipline) {
    LinkRig rig(with(discipline));
    for (int i = 0; i < 5000; i++) {
      rig.send(1500, 1);
      rig.send(1500, 1);
      if (i % 10 == 0) rig.send(100, 2);
      rig.pass(1200us);
    }
    double waited = 0;
    size_t count = 0;
    for (const auto& delivery : rig.arrived) {
      if (delivery.packet.flow != 2) continue;
      waited += to_milliseconds(delivery.at - delivery.packet.arrived);
      count++;
    }
    return waited / static_cast<double>(count);
  };
  EXPECT_GT(wait_of_quiet(DropTailSettings{}), 500);
  EXPECT_LT(wait_of_quiet(FqCodelSettings{}), 5);
}

TEST(LinkQueue, FairQueueingSharesByBytes) {
  LinkRig rig(with(FqCodelSettings{.codel = {.target = 10s, .interval = 100s}}));
  for (int i = 0; i < 5000; i++) {
    rig.send(1500, 1);
    for (int j = 0; j < 5; j++) rig.send(300, 2);
    rig.pass(1200us);
  }
  std::map<uint32_t, uint64_t> bytes;
  for (const auto& delivery : rig.arrived) bytes[delivery.packet.flow] += delivery.packet.bytes;
  EXPECT_NEAR(static_cast<double>(bytes[1]) / static_cast<double>(bytes[2]), 1, 0.02);
}

TEST(LinkQueue, LimitsHoldInPacketsAndInBytes) {
  DirectionSettings settings = with(DropTailSettings{});
  settings.queue.limit = {.packets = {}, .bytes = 5000};
  LinkRig rig(settings);
  for (int i = 0; i < 10; i++) rig.send(1500);
  EXPECT_EQ(rig.dropped.size(), 6u) << "one is being sent, three wait";
}

// What waits and what is on its way stays so.
TEST(LinkChange, LosesNothingInFlight) {
  DirectionSettings settings = with(DropTailSettings{});
  settings.delay = 20ms;
  LinkRig rig(settings);
  for (int i = 0; i < 100; i++) rig.send();
  rig.pass(30ms);
  settings.rate = RateSettings{.bits_per_second = 10 * kRate};
  settings.delay = 1ms;
  rig.link.change(settings, rig.now);
  rig.drain();
  EXPECT_EQ(rig.arrived.size(), 100u);
  EXPECT_TRUE(std::ranges::is_sorted(rig.ids()));
}

}  // namespace
}  // namespace flowbed::sw
