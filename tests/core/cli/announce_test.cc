// What Mininet's users see while a network starts and stops, to the last blank.

#include "core/cli/announce.hh"

#include <gtest/gtest.h>

#include "core/cli/output.hh"
#include "tests/core/cli/fake_network.hh"

namespace flowbed {
namespace {

TEST(Announce, TellsOfAStart) {
  EXPECT_EQ(
      creation_lines(small_topology()),
      "*** Creating network\n*** Adding controller\n*** Adding hosts:\nh1 h2 \n*** Adding switches:\ns1 \n"
      "*** Adding links:\n(h1, s1) (h2, s1) \n*** Configuring hosts\n");
  EXPECT_EQ(start_lines(small_topology()),
            "h1 h2 \n*** Starting controller\n\n*** Starting 1 switches\ns1 \n");
}

TEST(Announce, TellsOfAStop) {
  EXPECT_EQ(stop_lines(small_topology()),
            "*** Stopping 0 controllers\n\n*** Stopping 2 links\n..\n*** Stopping 1 switches\ns1 \n"
            "*** Stopping 2 hosts\nh1 h2 \n");
}

TEST(Announce, NamesTheEndsOfAMeasurement) {
  EXPECT_EQ(announcement("iperf", Json::object(), small_topology()),
            "*** Iperf: testing TCP bandwidth between h1 and h2 \n");
  EXPECT_EQ(announcement("iperfudp", {{"client", "h2"}, {"server", "h1"}}, small_topology()),
            "*** Iperf: testing UDP bandwidth between h2 and h1 \n");
  EXPECT_EQ(announcement("pingpair", Json::object(), small_topology()), "");
}

TEST(Output, ChoosesMessagesByVerbosityAndResultsNever) {
  std::string results, messages;
  const Output quiet(
      Verbosity::output, [&](std::string_view text) { results += text; },
      [&](std::string_view text) { messages += text; });
  quiet.info("*** Adding hosts:\n");
  EXPECT_EQ(messages, "");
  quiet.warning("careful");
  quiet.result("here\n");
  EXPECT_EQ(messages, "*** Warning: careful\n");
  EXPECT_EQ(results, "here\n");
}

TEST(Output, KnowsMininetsLevels) {
  EXPECT_EQ(parse_verbosity("warn"), Verbosity::warning);
  EXPECT_EQ(parse_verbosity("critical"), Verbosity::critical);
  EXPECT_EQ(parse_verbosity("loud"), std::nullopt);
}

}  // namespace
}  // namespace flowbed
