#include "core/topo/link_backend.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/topo/edit.hh"
#include "core/topo/link_words.hh"
#include "core/topo/plan.hh"
#include "tests/core/topo/topologies.hh"

namespace flowbed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kWithoutSeed = [] { return QdiscCapabilities{.netem = true}; };
constexpr auto kWithSeed = [] { return QdiscCapabilities{.netem = true, .takes_seed = true}; };

Link link_of(const std::string& words) { return changed(test::link("h1", "h2"), parse_link_words(words)); }

TEST(LinkBackend, NetemEmulatesWhatItDoesExactly) {
  for (const char* words : {"delay 5ms", "rate 10Mbit", "rate 10Mbit max_queue 50 overhead 24 delay 5ms",
                            "from h1 rate 1Mbit", "rate 10Mbit discipline droptail"})
    EXPECT_EQ(why_not_by_qdiscs(link_of(words), kWithoutSeed()), "") << words;
}

TEST(LinkBackend, WhatIsRandomNeedsASeed) {
  for (const char* words : {"loss 1%", "loss_model 1%/20%/100%/0%", "delay 5ms jitter 1ms reordering true"}) {
    EXPECT_EQ(why_not_by_qdiscs(link_of(words), kWithSeed()), "") << words;
    EXPECT_THAT(why_not_by_qdiscs(link_of(words), kWithoutSeed()), HasSubstr("seed")) << words;
  }
}

TEST(LinkBackend, TheFerryDoesWhatNetemLacksOrDoesOtherwise) {
  for (const char* words :
       {"trace /t", "rate 1Mbit burst 15kB", "rate 1001bit", "loss 1% loss_correlation 25%",
        "loss_pattern 01", "duplicate 1%", "corrupt 1%", "delay 5ms reorder 1%", "max_queue_bytes 64kB",
        "discipline codel", "delay 5ms jitter 1ms",
        "delay 5ms jitter 1ms reordering true distribution normal",
        "delay 5ms jitter 1ms reordering true jitter_correlation 25%",
        "rate 1Mbit delay 5ms jitter 1ms reordering true", "from h2 loss_pattern 01", "rate 1Mbit loss 1%"})
    EXPECT_THAT(why_not_by_qdiscs(link_of(words), kWithSeed()), HasSubstr("the kernel's qdiscs do not have"))
        << words;
}

TEST(LinkBackend, ALinkIsWithOneOfThemForAllItsSchedule) {
  Link link = link_of("delay 5ms");
  LinkChange change{.at = std::chrono::seconds(1)};
  change.shape.discipline = "codel";
  link.schedule = {change};
  EXPECT_THAT(why_not_by_qdiscs(link, kWithSeed()), HasSubstr("a discipline"));
  change.shape = {};
  change.shape.delay = std::chrono::milliseconds(7);
  link.schedule = {change};
  EXPECT_EQ(why_not_by_qdiscs(link, kWithSeed()), "");
  change.shape.rate = 8000;
  link.schedule = {change};
  EXPECT_THAT(why_not_by_qdiscs(link, kWithSeed()), HasSubstr("a rate or loss that changes"));
}

TEST(LinkBackend, WithoutNetemTheReasonIsTold) {
  EXPECT_EQ(why_not_by_qdiscs(link_of("delay 5ms"), {.why_not = "this kernel has no netem"}),
            "this kernel has no netem");
}

TEST(LinkBackend, OneOfThemCanBeForced) {
  const Link slow = link_of("delay 5ms"), odd = link_of("loss_pattern 01");
  EXPECT_FALSE(is_by_ferry(slow, LinkBackend::automatic, kWithSeed()));
  EXPECT_TRUE(is_by_ferry(slow, LinkBackend::automatic, {}));
  EXPECT_TRUE(is_by_ferry(slow, LinkBackend::ferry, kWithSeed()));
  EXPECT_TRUE(is_by_ferry(odd, LinkBackend::automatic, kWithSeed()));
  EXPECT_FALSE(is_by_ferry(odd, LinkBackend::qdisc, kWithSeed()));
}

TEST(LinkBackend, WhatQdiscsCannotDoIsRefusedWhereTheyAreForced) {
  Topology t = test::minimal_network();
  t.options.link_backend = LinkBackend::qdisc;
  t.links[1].shape.loss_pattern = "01";
  EXPECT_EQ(
      to_string(check_capabilities(t, {.qdiscs = kWithSeed()})),
      "links[1]: qdiscs shall emulate all links, and cannot this one: the kernel's qdiscs do not have a "
      "pattern of loss as links do; use --link-backend auto, or \"link_backend\": \"auto\" in the file");
}

class QdiscPlan : public testing::Test {
 protected:
  std::vector<std::string> apply(const Topology& wanted) {
    std::vector<std::string> steps;
    for (const Step& step : make_plan(inventory_, complete(wanted), {.qdiscs = kWithSeed()})) {
      steps.push_back(to_string(step));
      record(inventory_, step);
    }
    return steps;
  }

  Topology network_ = test::minimal_network();
  Inventory inventory_;
};

TEST_F(QdiscPlan, EachEndShapesWhatLeavesThere) {
  apply(network_);
  network_.links[0].shape.delay = std::chrono::milliseconds(5);
  EXPECT_THAT(apply(network_), ElementsAre("shape what leaves h1:h1-eth0: delay 5ms",
                                           "shape what leaves s1-eth1: delay 5ms", HasSubstr("bridge s1")));
  network_.links[0].a_to_b.delay = std::chrono::milliseconds(7);
  EXPECT_THAT(apply(network_), ElementsAre("shape what leaves h1:h1-eth0: delay 7ms"));
}

// A qdisc would see many packets as one: no host of the network may send them so.
TEST_F(QdiscPlan, WhereEachPacketCountsNoHostSendsSuperPackets) {
  apply(network_);
  network_.links[0].b_to_a.rate = 8'000'000;
  EXPECT_THAT(apply(network_),
              ElementsAre("set h1:h1-eth0 without super-packets", "shape what leaves s1-eth1: 8Mbit",
                          "set h2:h2-eth0 without super-packets", HasSubstr("bridge s1")));
  network_.links[0].b_to_a = {};
  EXPECT_THAT(apply(network_),
              ElementsAre("shape no longer what leaves s1-eth1", "set h1:h1-eth0 with super-packets",
                          "set h2:h2-eth0 with super-packets", HasSubstr("bridge s1")));
}

TEST_F(QdiscPlan, WhatTheKernelCannotDoAnyMoreGoesToTheFerry) {
  network_.links[0].shape.delay = std::chrono::milliseconds(5);
  apply(network_);
  network_.links[0].shape.loss_pattern = "01";
  const std::vector<std::string> steps = apply(network_);
  const auto at = [&](const char* text) {
    return std::ranges::find_if(steps, [&](const std::string& step) { return step.starts_with(text); });
  };
  EXPECT_LT(at("shape no longer what leaves s1-eth1"), at("move s1-eth1 to /ferry"))
      << "they would not go along";
  EXPECT_NE(at("move s1-eth1 to /ferry"), steps.end());
  EXPECT_FALSE(inventory_.nodes.at("h1").interfaces.at("h1-eth0").egress);
}

}  // namespace
}  // namespace flowbed
