// A link that changes while packets cross it: what stays the same goes on where it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/link/link_rig.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAre;

TEST(LinkChange, APatternGoesOn) {
  DirectionSettings settings{.loss = LossPattern{{false, false, false, true}}};
  LinkRig rig(settings);
  for (int i = 0; i < 12; i++) {
    if (i % 3 == 0) {
      settings.delay += 1ms;
      rig.link.change(settings, rig.now);
    }
    rig.send();
    rig.pass(1ms);
  }
  EXPECT_THAT(rig.ids_of_dropped(), ElementsAre(3, 7, 11));
}

TEST(LinkChange, ANewSeedDecidesFromThenOn) {
  const DirectionSettings lossy{.loss = Chance{.share = 0.2}, .seed = 7};
  LinkRig changed({.delay = 1ms}), fresh(lossy);
  changed.link.change(lossy, changed.now);
  for (LinkRig* rig : {&changed, &fresh}) {
    for (int i = 0; i < 200; i++) rig->send();
    rig->drain();
  }
  EXPECT_FALSE(fresh.dropped.empty());
  EXPECT_EQ(changed.ids_of_dropped(), fresh.ids_of_dropped());
}

TEST(LinkChange, ThePacketThatIsBeingSentGoesOnAtTheNewRate) {
  LinkRig rig({.rate = RateSettings{.bits_per_second = 1000}});  // 12 s for a packet
  rig.send(1500);
  rig.pass(6s);
  rig.link.change({.rate = RateSettings{.bits_per_second = 12'000'000}}, rig.now);
  rig.drain();
  ASSERT_EQ(rig.arrived.size(), 1u);
  EXPECT_EQ(rig.arrived[0].at, TimePoint(1h) + 6s + 500us) << "half of it was left";
}

TEST(LinkChange, ANewRateSavesNoBurstFromBefore) {
  LinkRig rig({});
  rig.pass(1h);
  rig.link.change({.rate = RateSettings{.bits_per_second = 12'000'000, .burst = 6000}}, rig.now);
  const TimePoint begin = rig.now;
  for (int i = 0; i < 3; i++) rig.send(1500);
  rig.drain();
  EXPECT_EQ(rig.arrived.back().at - begin, 3ms) << "a burst is earned by a pause at this rate";
}

// Of a queue that is made anew, all of this would begin again.
TEST(LinkChange, AnActiveQueueKeepsWhatItHasLearned) {
  DirectionSettings settings{.rate = RateSettings{.bits_per_second = 1'000'000},
                             .queue = {.limit = {.packets = 1000, .bytes = {}}, .discipline = PieSettings{}}};
  LinkRig rig(settings);
  for (int i = 0; i < 2000; i++) {
    if (i % 5 == 0) {
      settings.delay = Duration(i);
      rig.link.change(settings, rig.now);
    }
    rig.send(1500);
    rig.pass(10ms);  // 1.2 times what the link carries
  }
  EXPECT_GT(rig.drops[DropCause::kEarly], 100u);
  EXPECT_EQ(rig.drops[DropCause::kQueueFull], 0u);
}

TEST(LinkChange, MarksStayCounted) {
  DirectionSettings settings{
      .rate = RateSettings{.bits_per_second = 1'000'000},
      .queue = {.limit = {.packets = 1000, .bytes = {}}, .discipline = CodelSettings{}, .ecn = true}};
  LinkRig rig(settings);
  for (int i = 0; i < 300; i++) {
    rig.send(1500, 0, true);
    rig.pass(6ms);
  }
  const uint64_t marks = rig.link.marks();
  EXPECT_GT(marks, 0u);
  settings.queue.discipline = DropTailSettings{};
  rig.link.change(settings, rig.now);
  EXPECT_GE(rig.link.marks(), marks);
}

}  // namespace
}  // namespace flowbed::sw
