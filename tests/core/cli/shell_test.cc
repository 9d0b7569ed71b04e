#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/topo/builders.hh"
#include "core/topo/json.hh"
#include "tests/core/cli/shell_rig.hh"

namespace flowbed {
namespace {

using ::testing::HasSubstr;

class ShellTest : public ::testing::Test, protected ShellRig {
 protected:
  ShellTest() : ShellRig(small_topology()) {
    network_.answers_["pingall"] = {{"pairs", Json::array()}, {"sent", 0}, {"received", 0}};
  }

  std::string file_with(const std::string& text) {
    const std::string path = folder_ / "script";
    std::ofstream(path) << text;
    return path;
  }
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("flowbed-shell-" + std::to_string(getpid()));
};

TEST_F(ShellTest, AsksTheNetworkForItsVerbs) {
  EXPECT_TRUE(shell().execute("link h1 s1 down"));
  EXPECT_TRUE(shell().execute("add host h3"));
  EXPECT_TRUE(shell().execute("del h2"));
  ASSERT_EQ(network_.calls_.size(), 3u);
  EXPECT_EQ(network_.calls_[0],
            (std::pair<std::string, Json>("link", {{"a", "h1"}, {"b", "s1"}, {"state", "down"}})));
  EXPECT_EQ(network_.calls_[1], (std::pair<std::string, Json>("add-host", {{"name", "h3"}})));
  EXPECT_EQ(network_.calls_[2], (std::pair<std::string, Json>("del-node", {{"name", "h2"}})));
}

TEST_F(ShellTest, AnnouncesMeasurements) {
  shell().execute("pingall");
  EXPECT_EQ(results_, "*** Ping: testing ping reachability\n*** Warning: No packets sent\n");
}

TEST_F(ShellTest, PrintsRawAnswers) {
  shell().execute("pingall --json");
  EXPECT_EQ(Json::parse(results_), network_.answers_["pingall"]);
}

TEST_F(ShellTest, GoesOnAfterAFaultAndRemembersIt) {
  EXPECT_FALSE(shell().failed());
  EXPECT_FALSE(shell().execute("pingal"));
  EXPECT_THAT(messages_, HasSubstr("unknown command: pingal; did you mean \"pingall\"?"));
  EXPECT_TRUE(shell().failed());
  EXPECT_FALSE(shell().ended());
  EXPECT_TRUE(shell().execute("  # a comment"));
  EXPECT_TRUE(shell().execute(""));
}

TEST_F(ShellTest, SeesNodesThatOthersAdded) {
  shell();
  network_.topology_ = complete(build_topology("single,3"));
  EXPECT_TRUE(shell().execute("link h3 s1 up"));
  EXPECT_TRUE(shell().is_node("h3"));
}

TEST_F(ShellTest, SourcesFilesUntilTheyEndTheShell) {
  EXPECT_TRUE(shell().execute("source " + file_with("link h1 s1 up\n# nothing\nexit\nlink h1 s1 down")));
  EXPECT_EQ(network_.calls_.size(), 1u);
  EXPECT_TRUE(shell().ended());
}

TEST_F(ShellTest, AnInterruptedCommandEndsItsScript) {
  const std::string path = file_with("h1 sh -c 'kill -INT $$'\nlink h1 s1 up\n");
  FileLines outer(loop_, open_file(path, O_RDONLY), [] { return false; });
  shell().run_script(outer);
  EXPECT_TRUE(network_.calls_.empty());
  EXPECT_TRUE(shell().ended());
  EXPECT_EQ(shell().exit_status(), 130);
}

TEST_F(ShellTest, AnInterruptedScriptGivesThePromptBack) {
  shell_ = std::make_unique<Shell>(context_, Shell::Settings{"net1", false, true});
  shell().execute("source " + file_with("sh kill -INT $$\nlink h1 s1 up\n"));
  EXPECT_TRUE(network_.calls_.empty());
  EXPECT_FALSE(shell().ended());
  EXPECT_TRUE(shell().execute("source " + file_with("link h1 s1 up\n")));
  EXPECT_EQ(network_.calls_.size(), 1u);
}

TEST_F(ShellTest, TakesOneCommandALine) {
  EXPECT_FALSE(shell().execute("nodes; net"));
  EXPECT_FALSE(shell().execute("pingall ; net"));
  EXPECT_THAT(messages_, HasSubstr("one command a line"));
  messages_.clear();
  shell().execute("h1 true; h2 ls");
  EXPECT_THAT(messages_, HasSubstr("runs in h1 as well"));
}

TEST_F(ShellTest, FillsInWhatATracedPacketLacks) {
  network_.answers_["trace"] = {{"input", ""}, {"steps", Json::array()}, {"actions", ""}, {"megaflow", ""},
                                {"looked_at", ""}, {"answered_by", "emc"}};
  shell().execute("trace s1 in_port=1,icmp,nw_dst=h2");
  const auto mac = [&](int host) { return network_.topology_.nodes[host].interfaces[0].mac->to_string(); };
  EXPECT_EQ(network_.calls_.back().second.at("packet"),
            "in_port=1,icmp,nw_dst=10.0.0.2,eth_src=" + mac(0) + ",eth_dst=" + mac(1));
  shell().execute("trace s1 eth_src=02:00:00:00:00:09, eth_dst=02:00:00:00:00:08,icmp,nw_src=10.0.0.2");
  EXPECT_EQ(network_.calls_.back().second.at("packet"),
            "eth_src=02:00:00:00:00:09, eth_dst=02:00:00:00:00:08,icmp,nw_src=10.0.0.2");
}

TEST_F(ShellTest, RefusesAFileThatSourcesItself) {
  const std::string path = (folder_ / "script").string();
  shell().execute("source " + file_with("source " + path + "\n"));
  EXPECT_THAT(messages_, HasSubstr("nested too deeply"));
}

TEST_F(ShellTest, SavesWhatCanBeReadBack) {
  const std::string path = folder_ / "lab.json";
  EXPECT_TRUE(shell().execute("save " + path));
  EXPECT_EQ(load_topology(read_file(path)).topology, network_.topology_);
  EXPECT_FALSE(shell().execute("save " + (folder_ / "missing" / "lab.json").string()));
}

TEST_F(ShellTest, HelpsFromBothTables) {
  shell().execute("help");
  EXPECT_THAT(results_, HasSubstr("add host"));
  EXPECT_THAT(results_, HasSubstr("noecho"));
  results_.clear();
  shell().execute("help link");
  EXPECT_THAT(results_, HasSubstr("Usage: link A B up|down"));
  EXPECT_FALSE(shell().execute("help nothing"));
  for (const char* line : {"help h1", "h1 --help", "? h1"}) {
    results_.clear();
    EXPECT_TRUE(shell().execute(line));
    EXPECT_THAT(results_, HasSubstr("Usage: h1 COMMAND"));
  }
  results_.clear();
  shell().execute("help ports");
  EXPECT_EQ(results_.find("Usage: ports SWITCH"), std::string::npos);
  results_.clear();
  shell().execute("help --json");
  EXPECT_GT(Json::parse(results_).size(), 20u);
}

TEST_F(ShellTest, SaysWhatAnIncompleteCommandLacks) {
  for (const char* line : {"time", "noecho", "noecho h1", "sh", "h1"}) EXPECT_FALSE(shell().execute(line)) << line;
  EXPECT_THAT(messages_, HasSubstr("time: which command?"));
}

TEST_F(ShellTest, TimesCommands) {
  shell().execute("time link h1 s1 up");
  EXPECT_THAT(results_, HasSubstr("*** Elapsed time: 0."));
}

TEST_F(ShellTest, ShowsViewsOfTheState) {
  network_.answers_["state"] = {
      {"nodes", {{{"name", "h1"}, {"kind", "host"}, {"interfaces", Json::array()}}}},
      {"links", Json::array()}};
  shell().execute("nodes");
  EXPECT_EQ(results_, "available nodes are: \nh1\n");
  EXPECT_FALSE(shell().execute("nodes all"));
}

TEST_F(ShellTest, SaysWhatComesLater) {
  EXPECT_FALSE(shell().execute("py net.hosts"));
  EXPECT_THAT(messages_, HasSubstr("Python"));
}

TEST_F(ShellTest, EndsWithTheNetwork) {
  shell();
  network_.emit({{"event", "network-stopped"}, {"reason", "init has ended"}});
  EXPECT_TRUE(shell().ended());
}

TEST_F(ShellTest, WarnsOnce) {
  shell();
  network_.emit({{"event", "warning"}, {"message", "a loop"}});
  network_.emit({{"event", "warning"}, {"message", "a loop"}});
  EXPECT_EQ(messages_, "*** Warning: a loop\n");
}

}  // namespace
}  // namespace flowbed
