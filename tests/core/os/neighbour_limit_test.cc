#include "core/os/neighbour_limit.hh"

#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/base/error.hh"
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
  const std::string record_ = folder_ + "/record/neighbour-limits";
  const std::string self_ = process_name(getpid()), other_ = process_name(getppid());
};

TEST_F(NeighbourLimitTest, TellsTheLimitsOrWhatMostMachinesHave) {
  set(3, 4096);
  const NeighbourCounts limits = NeighbourLimit::current(folder_);
  EXPECT_EQ(limits.v4, 4096);
  EXPECT_EQ(limits.v6, 1024);
}

// Half of the table is the machine's own.
TEST_F(NeighbourLimitTest, NeedsAddUpAndGoAgain) {
  const NeighbourLimit limit(folder_ + "/record", folder_);
  limit.need(self_, {100, 0});
  EXPECT_EQ(get(3), 1024);
  limit.need(self_, {1000, 0});
  EXPECT_EQ(get(2), 1256);
  EXPECT_EQ(get(3), 1512);
  limit.need(other_, {500, 0});
  EXPECT_EQ(get(3), 2012);
  limit.release(self_);
  EXPECT_EQ(get(3), 1024);
  EXPECT_EQ(get(2), 756);
  limit.release(other_);
  EXPECT_EQ(get(2), 512);
  EXPECT_FALSE(std::filesystem::exists(record_));
}

TEST_F(NeighbourLimitTest, TheDeadNeedNothing) {
  const NeighbourLimit limit(folder_ + "/record", folder_);
  limit.need("1-1", {5000, 0});  // process 1 started later than that
  EXPECT_EQ(get(3), 5512);
  limit.need(self_, {1000, 0});
  EXPECT_EQ(get(3), 1512);
}

TEST_F(NeighbourLimitTest, WhatTheOwnerSetsMeanwhileStays) {
  const NeighbourLimit limit(folder_ + "/record", folder_);
  limit.need(self_, {1000, 0});
  set(3, 60000);
  limit.release(self_);
  EXPECT_EQ(get(2), 512);
  EXPECT_EQ(get(3), 60000);
}

// Killed between record and limits: what it was at first is known all the same.
TEST_F(NeighbourLimitTest, AHalfMadeChangeIsTakenBack) {
  const NeighbourLimit limit(folder_ + "/record", folder_);
  limit.need(self_, {1000, 0});
  limit.need(self_, {3000, 0});
  set(3, 1512);
  limit.release(self_);
  EXPECT_EQ(get(3), 1024);
}

TEST_F(NeighbourLimitTest, ThereIsAnEnd) {
  const NeighbourLimit limit(folder_ + "/record", folder_);
  limit.need(self_, {size_t{1} << 40, 0});
  EXPECT_EQ(get(3), 1 << 20);
}

TEST_F(NeighbourLimitTest, ReleaseWithoutANeedChangesNothing) {
  const NeighbourLimit limit(folder_ + "/record", folder_);
  limit.release(self_);
  EXPECT_EQ(get(3), 1024);
  EXPECT_FALSE(std::filesystem::exists(record_));
}

TEST_F(NeighbourLimitTest, AFolderThatOthersMayWriteToIsNotUsed) {
  std::filesystem::create_directories(folder_ + "/record");
  std::filesystem::permissions(folder_ + "/record", std::filesystem::perms::all);
  const NeighbourLimit limit(folder_ + "/record", folder_);
  EXPECT_THROW(limit.need(self_, {5000, 0}), Error);
  EXPECT_EQ(get(3), 1024);
}

}  // namespace
}  // namespace flowbed
