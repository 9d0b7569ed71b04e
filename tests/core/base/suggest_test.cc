#include "core/base/suggest.hh"

#include <gtest/gtest.h>

namespace flowbed {
namespace {

const std::vector<std::string> kWords{"delay", "rate", "loss", "max_queue"};

TEST(Suggest, FindsSlips) {
  EXPECT_EQ(nearest("dealy", kWords), "delay");
  EXPECT_EQ(nearest("Rate", kWords), "rate");
  EXPECT_EQ(nearest("maxqueue", kWords), "max_queue");
  EXPECT_EQ(nearest("los", kWords), "loss");
  EXPECT_EQ(nearest("s9", {"h1", "h9", "s1", "s2"}), "s1") << "the first letter tells the kind";
}

TEST(Suggest, FindsNothingInWhatIsFarAway) {
  EXPECT_EQ(nearest("colour", kWords), "");
  EXPECT_EQ(nearest("", kWords), "");
  EXPECT_EQ(nearest("x", {"y"}), "") << "a word of one letter is no slip of another";
  EXPECT_EQ(nearest(std::string(100000, 'x'), kWords), "");
}

TEST(Suggest, OffersTheNearestOrAll) {
  EXPECT_EQ(suggestion("dealy", kWords), "; did you mean \"delay\"?");
  EXPECT_EQ(suggestion("colour", kWords), "; valid: delay, rate, loss, max_queue");
  EXPECT_EQ(suggestion("colour", kWords, 3), "");
  EXPECT_EQ(suggestion("colour", {}), "");
}

TEST(Suggest, QuotesWhatATerminalWouldAct) { EXPECT_EQ(in_quotes("a\x1b[2J\n"), "\"a\\x1b[2J\\x0a\""); }

}  // namespace
}  // namespace flowbed
