#include "core/cli/history.hh"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace flowbed {
namespace {

class HistoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    setenv("XDG_STATE_HOME", folder_.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("XDG_STATE_HOME");
    std::filesystem::remove_all(folder_);
  }
  std::string newest() const {
    const LineHistory lines;
    HistEvent event;
    return history(lines.get(), &event, H_FIRST) < 0 ? "" : event.str;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("flowbed-history-" + std::to_string(getpid()));
};

TEST_F(HistoryTest, IsKeptForTheNextSessionAndForNobodyElse) {
  { LineHistory().add("h1 ping h2"); }
  EXPECT_EQ(newest(), "h1 ping h2");
  struct stat status {};
  ASSERT_EQ(stat(history_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
}

TEST_F(HistoryTest, NeedsNoHome) {
  unsetenv("XDG_STATE_HOME");
  const std::string home = getenv("HOME") != nullptr ? getenv("HOME") : "";
  unsetenv("HOME");
  EXPECT_EQ(history_path(), "");
  { LineHistory().add("nodes"); }
  const auto missing = folder_ / "home";
  setenv("HOME", missing.c_str(), 1);
  { LineHistory().add("nodes"); }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "home"));
  if (!home.empty()) setenv("HOME", home.c_str(), 1);
}

}  // namespace
}  // namespace flowbed
