// What becomes of links by their schedules.
#include "core/topo/link_schedule.hh"

#include <gtest/gtest.h>

#include "core/topo/link_words.hh"
#include "tests/core/topo/topologies.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;

LinkChange at(Duration time, const std::string& words) {
  const Link changed_link = changed(test::link("h1", "h2"), parse_link_words(words));
  return {.at = time,
          .shape = changed_link.shape,
          .a_to_b = changed_link.a_to_b,
          .b_to_a = changed_link.b_to_a,
          .up = parse_link_words(words).up};
}

Topology with(const std::string& words, std::vector<LinkChange> schedule) {
  Topology t;
  t.nodes = {test::host("h1"), test::host("h2")};
  t.links = {changed(test::link("h1", "h2"), parse_link_words(words))};
  t.links[0].schedule = std::move(schedule);
  return t;
}

TEST(LinkSchedule, MakesWhatIsDueInItsOrder) {
  const Topology t = with("delay 5ms loss 1%", {at(10s, "delay 50ms"), at(20s, "down"),
                                                at(30s, "up delay 1ms"), at(40s, "from h2 delay 9ms")});
  const auto shape_at = [&](Duration age) { return describe(topology_at(t, age).links[0].shape); };
  EXPECT_EQ(shape_at(0s), "delay 5ms, loss 1%");
  EXPECT_EQ(shape_at(10s - 1ns), "delay 5ms, loss 1%");
  EXPECT_EQ(shape_at(10s), "delay 50ms, loss 1%");
  EXPECT_TRUE(topology_at(t, 19s).links[0].up);
  EXPECT_FALSE(topology_at(t, 20s).links[0].up);
  EXPECT_TRUE(topology_at(t, 30s).links[0].up);
  EXPECT_EQ(shape_at(1h), "delay 1ms, loss 1%");
  EXPECT_EQ(describe(topology_at(t, 1h).links[0].b_to_a), "delay 9ms");
}

TEST(LinkSchedule, KeepsWhatIsStillToCome) {
  const Topology t = with("", {at(10s, "delay 50ms"), at(20s, "delay 60ms")});
  EXPECT_EQ(topology_at(t, 15s).links[0].schedule, std::vector{t.links[0].schedule[1]});
  EXPECT_TRUE(topology_at(t, 20s).links[0].schedule.empty());
}

TEST(LinkSchedule, KnowsWhatComesNext) {
  Topology t = with("", {at(10s, "down"), at(30s, "up")});
  t.links.push_back(test::link("h1", "h2"));
  t.links[1].schedule = {at(20s, "down")};
  EXPECT_EQ(next_change(t, 0s), 10s);
  EXPECT_EQ(next_change(t, 10s), 20s);
  EXPECT_EQ(next_change(t, 20s), 30s);
  EXPECT_EQ(next_change(t, 30s), std::nullopt);
}

TEST(LinkSchedule, SaysBeforehandWhatItNeeds) {
  EXPECT_FALSE(is_ever_shaped(with("", {at(1s, "down")}).links[0]));
  EXPECT_TRUE(is_ever_shaped(with("", {at(1s, "from h1 delay 1ms")}).links[0]));
  EXPECT_FALSE(is_ever_random(with("", {at(1s, "delay 1ms")}).links[0]));
  EXPECT_TRUE(is_ever_random(with("", {at(1s, "from h2 loss 1%")}).links[0]));
}

TEST(LinkSchedule, AnotherWayToSayTheSameTakesThePlaceOfTheFirst) {
  const Topology t = with("rate 1Mbit overhead 24 loss 1% loss_correlation 25%",
                          {at(1s, "trace lte.trace loss_pattern 01"), at(2s, "rate 2Mbit loss 5%")});
  EXPECT_EQ(describe(topology_at(t, 1s).links[0].shape), "trace lte.trace, loss_pattern 01");
  EXPECT_EQ(describe(topology_at(t, 2s).links[0].shape), "2Mbit, loss 5%");
}

TEST(LinkSchedule, IsDescribedInTheWordsThatChangeALink) {
  const Link link = test::link("h1", "h2");
  EXPECT_EQ(describe(at(1s, "down from h2 rate 1Mbit loss 2%"), link), "down, from h2 1Mbit, loss 2%");
  EXPECT_EQ(describe(at(1s, "delay 50ms"), link), "delay 50ms");
}

TEST(LinkSchedule, IsRefusedWhereItCannotBeFollowed) {
  const auto faults = [](std::vector<LinkChange> schedule) {
    return to_string(validate(with("rate 10Mbit", std::move(schedule))));
  };
  EXPECT_EQ(faults({at(1s, "delay 50ms"), at(2s, "trace lte.trace")}), "");
  EXPECT_NE(faults({at(0s, "down")}).find("links[0].schedule[0].at: the network begins at 0"),
            std::string::npos);
  EXPECT_NE(faults({at(2s, "down"), at(2s, "up")}).find("links[0].schedule[1].at: it is not after"),
            std::string::npos);
  EXPECT_NE(faults({at(3s, "down"), at(2s, "up")}).find("links[0].schedule[1].at: it is not after"),
            std::string::npos);
  EXPECT_NE(faults({at(1s, "")}).find("links[0].schedule[0]: nothing changes"), std::string::npos);
  EXPECT_NE(faults({at(1s, "rate 0bit")}).find("links[0].schedule[0].rate: nothing passes at 0"),
            std::string::npos);
  EXPECT_NE(
      faults({at(1s, "distribution normal")}).find("links[0].schedule[0].distribution: it says nothing"),
      std::string::npos);
}

}  // namespace
}  // namespace flowbed
