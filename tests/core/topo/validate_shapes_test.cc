// Links that no packet can cross as they say, each with its place and remedy.
#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "core/topo/link_words.hh"
#include "tests/core/topo/topologies.hh"

namespace flowbed {
namespace {

Topology with(const std::string& words) {
  Topology t;
  t.nodes = {test::host("h1"), test::host("h2")};
  t.links = {changed(test::link("h1", "h2"), parse_link_words(words))};
  return t;
}

std::string faults(const std::string& words) { return to_string(validate(with(words))); }

TEST(ValidateShapes, AcceptsWhatPacketsCanHave) {
  for (const char* words :
       {"rate 1kbit", "rate 40Gbit burst 15kB overhead 24", "delay 0", "delay 300s", "delay 10ms jitter 1ms",
        "jitter 1ms distribution pareto jitter_correlation 25% reordering true", "loss 0%", "loss 100%",
        "loss_pattern 0001", "loss_model 1%/20%/100%/0%", "delay 10ms reorder 5% reorder_gap 3",
        "rate 10Mbit discipline codel ecn true target 1ms",
        "rate 10Mbit discipline red red_min 15kB red_max 60kB red_chance 10%", "max_queue 1",
        "max_queue_bytes 1514B"}) {
    EXPECT_EQ(faults(words), "") << words;
  }
}

TEST(ValidateShapes, RefusesTheRestWithPlaceAndRemedy) {
  const std::pair<const char*, const char*> cases[] = {
      {"rate 0bit", "links[0].rate: nothing passes at 0; write e.g. 10Mbit, or take the link down"},
      {"rate 41Gbit", "links[0].rate: links have at most 40Gbit; write e.g. 1Gbit"},
      {"rate 1Mbit trace lte", "links[0].trace: the link has a rate already; remove one of the two"},
      {"burst 15kB", "links[0].burst: it says nothing without \"rate\"; give that, too"},
      {"delay 301s", "links[0].delay: it is longer than 5 minutes; write e.g. 10ms"},
      {"jitter 0", "links[0].jitter: a distribution without spread is a delay; remove it"},
      {"jitter 1ms distribution gauss",
       "links[0].distribution: \"gauss\" is not known; valid: uniform, normal, pareto, paretonormal, table"},
      {"distribution normal", "links[0].distribution: it says nothing without \"jitter\"; give that, too"},
      {"jitter 1ms distribution table jitter_table 1",
       "links[0].jitter_table: it has no spread: it needs at least two numbers, rising; write e.g. [-1"},
      {"loss 140%", "is not a share; write e.g. 1%"},
      {"loss_correlation 25%", "links[0].loss_correlation: it says nothing without \"loss\"; give that, too"},
      {"loss 1% loss_correlation 100%",
       "links[0].loss_correlation: it must be from 0% to less than 100%; write e.g. 25%"},
      {"loss 1% loss_pattern 01", "links[0].loss: loss, loss_model and loss_pattern are three ways"},
      {"loss_pattern 012", "links[0].loss_pattern: it is of 0 (passes) and 1 (is lost); write e.g. \"0001\""},
      {"reorder 5%", "links[0].reorder: packets overtake others by taking no delay, and this link has none"},
      {"max_queue 0", "links[0].max_queue: a queue holds at least 1 packet; write e.g. 100"},
      {"max_queue_bytes 1000B", "links[0].max_queue_bytes: a queue holds at least one packet of 1514 bytes"},
      {"discipline sfq",
       "links[0].discipline: \"sfq\" is not known; valid: droptail, red, codel, fq_codel, pie"},
      {"discipline red", "links[0].discipline: it says nothing without \"red_min\" and \"red_max\""},
      {"discipline red red_min 60kB red_max 15kB", "links[0].red_min: it must be less than red_max"},
      {"ecn true", "links[0].ecn: it says nothing without"},
      {"from h2 rate 0bit", "links[0].b_to_a.rate: nothing passes at 0"},
  };
  for (const auto& [words, message] : cases) {
    std::string told;
    try {
      told = faults(words);
    } catch (const Error& fault) {
      told = fault.what();
    }
    EXPECT_NE(told.find(message), std::string::npos) << words << ": " << told;
  }
}

}  // namespace
}  // namespace flowbed
