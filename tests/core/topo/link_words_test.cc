#include "core/topo/link_words.hh"

#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "tests/core/topo/topologies.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;
using test::link;

std::string fault_in(const std::string& words) {
  try {
    parse_link_words(words);
    return "";
  } catch (const Error& fault) {
    return fault.what();
  }
}

TEST(LinkWords, AreReadWithBlanksAndWithEquals) {
  for (const char* text : {"rate=10Mbit,delay=5ms,loss=1%,ecn=true", "rate 10Mbit delay 5ms loss 1% ecn true",
                           ",rate=10Mbit, delay=5ms  loss 1%,ecn=true"}) {
    const LinkShape shape = parse_link_words(text).both;
    EXPECT_EQ(shape.rate, 10'000'000u);
    EXPECT_EQ(shape.delay, Duration(5ms));
    EXPECT_EQ(shape.loss, 0.01);
    EXPECT_EQ(shape.ecn, true);
  }
}

TEST(LinkWords, NoneEndsAnOption) {
  Link l = changed(link("h1", "h2"), parse_link_words("bw 10 delay 5ms loss 1% from h1 loss 2%"));
  const Link both = changed(l, parse_link_words("bw none loss none"));
  EXPECT_EQ(describe(both.shape), "delay 5ms");
  EXPECT_TRUE(both.a_to_b.is_plain() && both.b_to_a.is_plain());
  const Link one = changed(l, parse_link_words("from h2 delay none"));
  EXPECT_EQ(describe(changed(one.shape, one.a_to_b)), "10Mbit, delay 5ms, loss 2%");
  EXPECT_EQ(describe(changed(one.shape, one.b_to_a)), "10Mbit, loss 1%");
  l = changed(link("h1", "h2"), parse_link_words("rate 10Mbit from h2 trace /t"));
  l = changed(l, parse_link_words("from h1 rate none"));
  EXPECT_EQ(describe(l.b_to_a), "trace /t") << "its rate had been replaced";
}

TEST(LinkWords, MininetsNamesHaveMininetsUnits) {
  const LinkShape shape = parse_link_words("bw=0.5,loss=10,max_queue_size=100,delay=5ms").both;
  EXPECT_EQ(shape.rate, 500'000u);
  EXPECT_EQ(shape.loss, 0.1);
  EXPECT_EQ(shape.max_queue, 100u);
}

TEST(LinkWords, UpDownAndPlain) {
  EXPECT_EQ(parse_link_words("up").up, true);
  EXPECT_EQ(parse_link_words("down").up, false);
  EXPECT_TRUE(parse_link_words("plain delay 1ms").makes_plain);
  EXPECT_TRUE(parse_link_words("").both.is_plain());
}

TEST(LinkWords, ChangeOneDirection) {
  Link given = link("h1", "s1", "h1-eth0", "s1-eth1");
  given.shape.delay = 5ms;
  const Link made = changed(given, parse_link_words("loss 1% from s1 rate 1Mbit delay 2ms"));
  EXPECT_EQ(made.shape.loss, 0.01);
  EXPECT_EQ(made.shape.delay, Duration(5ms));
  EXPECT_TRUE(made.a_to_b.is_plain());
  EXPECT_EQ(made.b_to_a.rate, 1'000'000u);
  EXPECT_EQ(changed(made.shape, made.b_to_a).delay, Duration(2ms));
  EXPECT_THROW(changed(given, parse_link_words("from h2 rate 1Mbit")), Error);
  EXPECT_TRUE(changed(made, parse_link_words("plain")).is_plain());
}

TEST(LinkWords, AFaultNamesTheWordAndTheRemedy) {
  EXPECT_EQ(fault_in("delay 10"), "delay: \"10\" is not a time; write e.g. 10ms");
  EXPECT_EQ(fault_in("dealy 10ms"), "\"dealy\" says nothing about a link; did you mean \"delay\"?");
  EXPECT_EQ(fault_in("delay"), "\"delay\" lacks its value; write e.g. delay 10ms");
  EXPECT_EQ(fault_in("bw=fast"), "bw: \"fast\" is not a number of Mbit/s; write e.g. bw=10");
  EXPECT_EQ(fault_in("rate=10"), "rate: \"10\" is not a rate; write e.g. 10Mbit");
}

TEST(LinkWords, DescribeAShapeAsItIsRead) {
  const std::string text = "10Mbit, delay 5ms, jitter 1ms, distribution pareto, loss 1%, max_queue 100";
  EXPECT_EQ(describe(parse_link_words("rate " + text).both), text);
  EXPECT_EQ(describe(LinkShape{}), "");
}

TEST(LinkWords, ListsHaveSlashes) {
  const LinkShape shape =
      parse_link_words("jitter 1ms distribution table jitter_table -1/0/3 loss_model 1%/20%/100%/0%").both;
  EXPECT_EQ(shape.jitter_table, (std::vector<double>{-1, 0, 3}));
  EXPECT_EQ(shape.loss_model, (std::vector<double>{0.01, 0.2, 1, 0}));
  EXPECT_EQ(parse_link_words(describe(shape)).both, shape);
  EXPECT_EQ(fault_in("loss_model 1/2"),
            "loss_model: \"1/2\" is not a list of shares; write e.g. [\"1%\", \"20%\"]");
}

}  // namespace
}  // namespace flowbed
