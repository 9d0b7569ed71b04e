#include "core/os/subordinate_ids.hh"

#include <gtest/gtest.h>

namespace flowbed {
namespace {

constexpr const char* kFile =
    "# comment\n"
    "\n"
    "alice:100000:65536\n"
    "bob:165536:65536\n"
    "1003:231072:1000\n"
    "carol:many:65536\n"
    "carol:300000:0\n"
    "carol:400000:10\n"
    "no newline:500000:7";

TEST(SubordinateIds, AreFoundByNameAndByNumber) {
  const auto bob = find_subordinate_ids(kFile, "bob", 1001);
  ASSERT_TRUE(bob);
  EXPECT_EQ(bob->first, 165536u);
  EXPECT_EQ(bob->count, 65536u);
  EXPECT_EQ(find_subordinate_ids(kFile, "dave", 1003)->first, 231072u);
  EXPECT_EQ(find_subordinate_ids(kFile, "", 1003)->first, 231072u);
  EXPECT_EQ(find_subordinate_ids(kFile, "no newline", 5)->count, 7u);
}

TEST(SubordinateIds, ArePassedOverWhereTheyMakeNoSense) {
  EXPECT_EQ(find_subordinate_ids(kFile, "carol", 1004)->first, 400000u);
  EXPECT_FALSE(find_subordinate_ids(kFile, "dave", 1005));
  EXPECT_FALSE(find_subordinate_ids("", "alice", 1000));
  EXPECT_FALSE(find_subordinate_ids("alice:1\nalice\n::\n:1:1\n", "alice", 1000));
  EXPECT_FALSE(find_subordinate_ids(":100000:5\n", "", 1000));  // a user without a name is not ""
}

TEST(SubordinateIds, AreFreeAfterAllThatAreGranted) {
  EXPECT_EQ(free_subordinate_ids(kFile, 65536).first, 500007u);
  EXPECT_EQ(free_subordinate_ids("", 65536).first, 100000u);
  EXPECT_EQ(free_subordinate_ids("a:5:5\n", 65536).first, 100000u);
}

}  // namespace
}  // namespace flowbed
