#include "core/cli/words.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "core/cli/substitution.hh"

namespace flowbed {
namespace {

using ::testing::ElementsAre;

TEST(Words, AreSplitWithTheQuotesOfSh) {
  EXPECT_THAT(split_words("  a  'b c' \"d \\\" e\" f\\ g h''i "),
              ElementsAre("a", "b c", "d \" e", "f g", "hi"));
  EXPECT_THAT(split_words(" '' "), ElementsAre(""));
  EXPECT_THROW(split_words("a 'b"), Error);
}

TEST(Words, HeadAndTailKeepTheTailAsItIs) {
  const HeadAndTail parts = split_head("  h1  echo 'a  b'  ");
  EXPECT_EQ(parts.head, "h1");
  EXPECT_EQ(parts.tail, "echo 'a  b'");
}

TEST(Words, QuotingForShSurvivesQuotes) { EXPECT_EQ(quote_for_sh("it's"), "'it'\\''s'"); }

std::string substituted(const std::string& command) {
  return substitute_addresses(command, [](const std::string& word) -> std::string {
    return word == "h1" ? "10.0.0.1" : word == "h2" ? "10.0.0.2" : "";
  });
}

TEST(Substitution, ReplacesWholeWords) {
  EXPECT_EQ(substituted("ping -c 1 h2"), "ping -c 1 10.0.0.2");
  EXPECT_EQ(substituted("ping h2; ping h1 && (echo h2|cat)"),
            "ping 10.0.0.2; ping 10.0.0.1 && (echo 10.0.0.2|cat)");
  EXPECT_EQ(substituted("echo h22 xh2 h2.txt ./h2"), "echo h22 xh2 h2.txt ./h2");
}

TEST(Substitution, LeavesTheCommandAndQuotedTextAlone) {
  EXPECT_EQ(substituted("h2 x"), "h2 x");
  EXPECT_EQ(substituted("echo 'to h2 now' \"and h1\" \\h2"), "echo 'to h2 now' \"and h1\" \\h2");
  EXPECT_EQ(substituted("echo 'open h2"), "echo 'open h2");
}

TEST(Substitution, FindsWhatElseALineWouldRun) {
  EXPECT_THAT(later_commands("cd /tmp; ls h2 && h2 ls | wc"), ElementsAre("ls", "h2", "wc"));
  EXPECT_THAT(later_commands("echo 'a; b'"), ElementsAre());
  EXPECT_TRUE(has_semicolon("nodes; net"));
  EXPECT_FALSE(has_semicolon("save 'a;b.json'"));
}

TEST(Substitution, SeesWhenACommandIsAboutIpv6) {
  EXPECT_TRUE(wants_ipv6("ping -6 -c 1 h2"));
  EXPECT_TRUE(wants_ipv6("ping6 h2"));
  EXPECT_TRUE(wants_ipv6("/usr/bin/traceroute6 h2"));
  EXPECT_FALSE(wants_ipv6("ping -c 6 h6"));
  EXPECT_FALSE(wants_ipv6("echo '-6'"));
}

}  // namespace
}  // namespace flowbed
