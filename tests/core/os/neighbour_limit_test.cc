#include "core/os/neighbour_limit.hh"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/fd.hh"

namespace flowbed {
namespace {

class NeighbourLimitTest : public testing::Test {
 protected:
  NeighbourLimitTest() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ + "/ipv4/neigh/default");
    set(2, 512);
    set(3, 1024);
  }
  ~NeighbourLimitTest() override { std::filesystem::remove_all(folder_); }

  std::string file(int n) const { return folder_ + "/ipv4/neigh/default/gc_thresh" + std::to_string(n); }
  void set(int n, int value) const { write_file(file(n), std::to_string(value)); }
  int get(int n) const { return std::stoi(read_file(file(n))); }

  const std::string folder_ = testing::TempDir() + "flowbed-neighbours-" + std::to_string(getpid());
  const std::string record_ = folder_ + "/record/limits";
  const NeighbourLimit limit_{record_, folder_};
  const int self_ = getpid(), other_ = getppid();
};

TEST_F(NeighbourLimitTest, NeedsAddUpAndGoAgain) {
  limit_.need(self_, {1000, 0});
  EXPECT_EQ(get(2), 1512);
  EXPECT_EQ(get(3), 2024);
  limit_.need(other_, {500, 0});
  EXPECT_EQ(get(3), 2524);
  limit_.need(self_, {3000, 0});
  EXPECT_EQ(get(3), 4524);
  limit_.release(self_);
  EXPECT_EQ(get(3), 1524);
  limit_.release(other_);
  EXPECT_EQ(get(2), 512);
  EXPECT_EQ(get(3), 1024);
  EXPECT_FALSE(std::filesystem::exists(record_));
}

TEST_F(NeighbourLimitTest, TheDeadNeedNothing) {
  const pid_t dead = fork();
  if (dead == 0) _exit(0);
  limit_.need(dead, {5000, 0});
  EXPECT_EQ(get(3), 6024);
  waitpid(dead, nullptr, 0);
  limit_.need(self_, {1000, 0});
  EXPECT_EQ(get(3), 2024);
}

TEST_F(NeighbourLimitTest, WhatTheOwnerSetsMeanwhileStays) {
  limit_.need(self_, {1000, 0});
  set(3, 60000);
  limit_.release(self_);
  EXPECT_EQ(get(2), 512);
  EXPECT_EQ(get(3), 60000);
}

TEST_F(NeighbourLimitTest, ThereIsAnEnd) {
  limit_.need(self_, {size_t{1} << 40, 0});
  EXPECT_EQ(get(3), 1 << 20);
}

TEST_F(NeighbourLimitTest, ReleaseWithoutANeedChangesNothing) {
  limit_.release(self_);
  EXPECT_EQ(get(3), 1024);
  EXPECT_FALSE(std::filesystem::exists(record_));
}

}  // namespace
}  // namespace flowbed
