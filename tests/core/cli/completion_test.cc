#include "core/cli/completion.hh"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/core/cli/fake_network.hh"

namespace flowbed {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::Not;

class CompletionTest : public ::testing::Test {
 protected:
  std::vector<std::string> offered(const std::string& line) const {
    return complete(line, source_).candidates;
  }

  std::vector<Verb> verbs_ = sample_verbs();
  NameLists names_ = list_names(small_topology());
  CompletionSource source_{
      {{"help", "command"}, {"time", "command"}, {"source", "file"}, {"xterm", "node"}, {"exit", ""}},
      verbs_,
      names_};
};

TEST_F(CompletionTest, OffersCommandsVerbsAndNodes) {
  EXPECT_THAT(offered(""), IsSupersetOf({"help", "pingall", "add", "h1", "s1"}));
  EXPECT_THAT(offered("pi"), ElementsAre("pingall"));
  EXPECT_THAT(offered("h"), ElementsAre("h1", "h2", "help"));
}

TEST_F(CompletionTest, FollowsTheTypesOfAVerbsParameters) {
  EXPECT_THAT(offered("iperf "), ElementsAre("client=", "h1", "h2", "seconds=", "server="));
  EXPECT_THAT(offered("link h1 "), ElementsAre("s1", "s1-eth1"));
  EXPECT_THAT(offered("link h1 s1 "), ElementsAre("down", "up"));
  EXPECT_THAT(offered("switch s1 st"), ElementsAre("start", "stop"));
  EXPECT_THAT(offered("capture h1"), ElementsAre("h1-eth0", "h1-s1"));
  EXPECT_THAT(offered("iperf server=h"), ElementsAre("server=h1", "server=h2"));
}

TEST_F(CompletionTest, KnowsVerbsOfTwoWords) {
  EXPECT_THAT(offered("add "), ElementsAre("flow", "host", "link"));
  EXPECT_THAT(offered("add link h"), ElementsAre("h1", "h2"));
}

TEST_F(CompletionTest, PassesThroughCommandsThatTakeCommands) {
  EXPECT_THAT(offered("time pi"), ElementsAre("pingall"));
  EXPECT_THAT(offered("time link h1 s1 u"), ElementsAre("up"));
  EXPECT_THAT(offered("help ex"), ElementsAre("exit"));
}

TEST_F(CompletionTest, OffersNodesInANodesCommand) {
  EXPECT_THAT(offered("h1 ping h2"), ElementsAre("h2"));
  EXPECT_THAT(offered("h9 ping h"), ElementsAre());
  EXPECT_THAT(offered("exit "), ElementsAre());
}

TEST_F(CompletionTest, OffersTheFieldsOfAPacket) {
  EXPECT_THAT(offered("trace s1 in"), ElementsAre("in_port="));
  EXPECT_THAT(offered("add-f"), ElementsAre("add-flow"));
  EXPECT_THAT(offered("add-flow s1 "), ElementsAre("actions=", "in_port=", "ip", "table="));
  EXPECT_THAT(offered("add-flow s1 ip,actions="), ElementsAre("ip,actions=drop", "ip,actions=output"));
  EXPECT_THAT(offered("add-flow s1 ip,actions=x,o"), ElementsAre("ip,actions=x,output"));
  EXPECT_THAT(offered("add flow s1 ip actions=x, o"), ElementsAre("output"));
  EXPECT_THAT(offered("mod-flows s1 --"), ElementsAre("--strict"));
  EXPECT_THAT(offered("mod-flows --strict "), ElementsAre("s1"));
  EXPECT_THAT(offered("mod-flows s1 --strict t"), ElementsAre("table="));
  EXPECT_THAT(offered("flows s1 ip "), ElementsAre("ip", "table="));
  EXPECT_THAT(offered("trace s1 in_port=1,i"), ElementsAre("in_port=1,icmp", "in_port=1,in_port=", "in_port=1,ip_dst="));
}

TEST_F(CompletionTest, OffersProgramsAsANodesCommand) {
  const auto folder = std::filesystem::temp_directory_path() / ("flowbed-path-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  for (const char* name : {"pinger", "pingless"}) std::ofstream(folder / name) << "\n";
  std::filesystem::permissions(folder / "pinger", std::filesystem::perms::owner_all);
  const std::string path = getenv("PATH");
  setenv("PATH", folder.c_str(), 1);
  EXPECT_THAT(offered("h1 pi"), ElementsAre("pinger"));
  EXPECT_THAT(offered("h1 "), ElementsAre());
  setenv("PATH", path.c_str(), 1);
  std::filesystem::remove_all(folder);
}

TEST_F(CompletionTest, OffersFiles) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("flowbed-completion-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "sub");
  std::ofstream(folder / "script.fb") << "\n";
  std::ofstream(folder / ".hidden") << "\n";
  EXPECT_THAT(offered("source " + folder.string() + "/"),
              ElementsAre(folder.string() + "/script.fb", folder.string() + "/sub/"));
  EXPECT_THAT(offered("source " + folder.string() + "/scr"), ElementsAre(folder.string() + "/script.fb"));
  EXPECT_THAT(offered("h1 cat " + folder.string() + "/.h"), ElementsAre(folder.string() + "/.hidden"));
  EXPECT_THAT(offered("source /nonexistent/"), Not(Contains(::testing::_)));
  std::filesystem::remove_all(folder);
}

TEST_F(CompletionTest, TellsWhereTheWordBegins) {
  EXPECT_EQ(complete("link h", source_).start, 5u);
  EXPECT_EQ(common_prefix({"start", "stop"}), "st");
  EXPECT_EQ(common_prefix({}), "");
}

}  // namespace
}  // namespace flowbed
