#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/cli/format.hh"
#include "core/cli/wrap.hh"

namespace flowbed {
namespace {

using ::testing::ElementsAre;

Json finding(const char* group, const char* check, const char* status, const char* what, const char* used,
             const char* remedy) {
  return {{"group", group},  {"check", check}, {"status", status},
          {"finding", what}, {"used", used},   {"remedy", remedy}};
}

TEST(Wrap, BreaksAtBlanks) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("", 7), ElementsAre(""));
  EXPECT_THAT(wrapped("a longerthanall b", 5), ElementsAre("a", "longe", "rthan", "all b"));
}

TEST(Wrap, CountsCharactersAndNotBytes) {
  EXPECT_EQ(text_width("süß …"), 5u);
  EXPECT_EQ(padded_to("ü", 3), "ü  ");
  EXPECT_THAT(wrapped("äöü äöü", 7), ElementsAre("äöü äöü"));
}

TEST(FormatDoctor, GroupsFindingsAndPutsTheRemedyLast) {
  const Json findings = {finding("ids", "subordinate ids", "limited", "none", "one id", "as root: usermod"),
                         finding("ids", "newuidmap", "ok", "installed", "", ""),
                         finding("links", "netem", "missing", "no", "", "modprobe sch_netem")};
  EXPECT_EQ(format_doctor(findings, 80),
            "ids\n"
            "limited  subordinate ids  none                    one id\n"
            "                                                  -> as root: usermod\n"
            "ok       newuidmap        installed\n"
            "\n"
            "links\n"
            "missing  netem            no                      -> modprobe sch_netem\n");
}

TEST(FormatDoctor, KeepsToTheWidth) {
  const std::string long_text =
      "a finding that goes on for much longer than any column of a terminal could ever be, and then some "
      "more";
  const Json findings = {
      finding("g", "a check", "limited", long_text.c_str(), long_text.c_str(), long_text.c_str())};
  for (const size_t width : {80, 120, 150}) {
    std::istringstream lines(format_doctor(findings, width));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(text_width(line), width) << line;
  }
}

}  // namespace
}  // namespace flowbed
