#include "switchd/slowpath/pipeline/group_table.hh"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/slowpath/pipeline/of_fault.hh"
#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"

namespace flowbed::sw {
namespace {

using enum GroupMod::Command;
using testing::ElementsAre;

class GroupTableTest : public testing::Test {
 protected:
  void apply(std::string_view text, GroupMod::Command command = kAdd) {
    groups_.apply(parse_group(text, command), {});
  }
  OfFaultKind fault(const GroupMod& mod) {
    try {
      groups_.apply(mod, {});
    } catch (const OfFault& fault) {
      return fault.kind();
    }
    ADD_FAILURE() << "was not refused";
    return {};
  }
  OfFaultKind fault(std::string_view text, GroupMod::Command command = kAdd) {
    return fault(parse_group(text, command));
  }
  bool is_alive(uint32_t id) {
    return groups_.is_alive(id, [this](OfPort port) { return up_.contains(to_number(port)); });
  }
  // How many of `flows` packets take each bucket.
  std::vector<int> shares(uint64_t flows, const std::function<bool(const Bucket&)>& usable) {
    const Group& group = *groups_.find(1);
    std::vector<int> counts(group.buckets.size());
    for (uint64_t i = 0; i < flows; i++) counts[index(group, choose_bucket(group, mix(i, 7), usable))]++;
    return counts;
  }
  static size_t index(const Group& group, const Bucket* bucket) {
    return static_cast<size_t>(bucket - group.buckets.data());
  }

  GroupTable groups_;
  std::set<uint32_t> up_;
};

bool any(const Bucket&) { return true; }

TEST_F(GroupTableTest, FaultsAreNamed) {
  apply("group_id=1,type=all,bucket=1");
  EXPECT_EQ(fault("group_id=1,type=all,bucket=1"), OfFaultKind::kGroupExists);
  EXPECT_EQ(fault("group_id=2,type=all,bucket=1", kModify), OfFaultKind::kUnknownGroup);
  EXPECT_EQ(fault({.id = kGroupMax + 1}), OfFaultKind::kInvalidGroup);
  EXPECT_EQ(fault({.type = GroupType::kIndirect, .id = 2}), OfFaultKind::kInvalidGroup);
  EXPECT_EQ(fault({.type = static_cast<GroupType>(9), .id = 2}), OfFaultKind::kBadGroupType);
  EXPECT_EQ(fault({.type = GroupType::kFastFailover, .id = 2, .buckets = {{}}}), OfFaultKind::kBadWatch);
  EXPECT_EQ(fault({.id = 2, .buckets = std::vector<Bucket>(GroupTable::kMaxBuckets + 1)}),
            OfFaultKind::kOutOfBuckets);
  EXPECT_EQ(fault("group_id=2,type=all,bucket=group:3"), OfFaultKind::kBadOutGroup);
  EXPECT_EQ(groups_.groups().size(), 1u);
  apply("group_id=7", kDelete);
  apply("group_id=9,type=all,bucket=1", kAddOrModify);
  apply("", kDelete);
  EXPECT_TRUE(groups_.groups().empty());
}

TEST_F(GroupTableTest, ChainsAreFineAndLoopsAreNot) {
  apply("group_id=1,type=all,bucket=1");
  apply("group_id=2,type=all,bucket=group:1");
  apply("group_id=3,type=all,bucket=group:2,bucket=group:1");
  EXPECT_EQ(fault("group_id=1,type=all,bucket=2,group:3", kModify), OfFaultKind::kGroupLoop);
  EXPECT_EQ(fault("group_id=4,type=all,bucket=group:4"), OfFaultKind::kGroupLoop);
  apply("group_id=5,type=ff,bucket=watch_group:2,actions=1");
  apply("group_id=6,type=all,bucket=1");
  EXPECT_THAT(groups_.depending_on(1), ElementsAre(1, 2, 3, 5)) << "who watches a group depends on it, too";
}

TEST_F(GroupTableTest, ModifyKeepsTheGroupsCounterAndHasNewBuckets) {
  apply("group_id=1,type=all,bucket=1");
  groups_.find(1)->counter.packets = groups_.find(1)->bucket_counters[0].packets = 5;
  apply("group_id=1,type=all,bucket=2,bucket=3", kModify);
  EXPECT_EQ(groups_.find(1)->counter.packets, 5u);
  EXPECT_EQ(groups_.find(1)->bucket_counters.size(), 2u);
  EXPECT_EQ(groups_.find(1)->bucket_counters[0].packets, 0u);
}

TEST_F(GroupTableTest, LivesByPortsAndByGroups) {
  apply("group_id=1,type=ff,bucket=watch_port:1,actions=1,bucket=watch_port:2,actions=2");
  apply("group_id=2,type=ff,bucket=watch_group:1,actions=1,bucket=watch_port:3,actions=3");
  apply("group_id=3,type=all,bucket=1");
  EXPECT_FALSE(is_alive(1));
  EXPECT_FALSE(is_alive(2));
  EXPECT_TRUE(is_alive(3)) << "what watches nothing lives";
  EXPECT_FALSE(is_alive(4));
  up_ = {2};
  EXPECT_TRUE(is_alive(1));
  EXPECT_TRUE(is_alive(2));
  up_ = {3};
  EXPECT_FALSE(is_alive(1));
  EXPECT_TRUE(is_alive(2));
}

// Asked once each: a lattice of 60 floors has more ways down than could ever be gone.
TEST_F(GroupTableTest, WatchersInARingOrALatticeAreNoTrouble) {
  for (int i = 1; i <= 60; i++) {
    const std::string below = "watch_group:" + std::to_string(i - 1);
    apply("group_id=" + std::to_string(i) + ",type=ff,bucket=" + below + ",actions=1,bucket=" + below +
          ",actions=2");
  }
  EXPECT_FALSE(is_alive(60));
  apply("group_id=0,type=ff,bucket=watch_group:60,actions=1,bucket=watch_port:1,actions=1");
  EXPECT_FALSE(is_alive(60));
  up_ = {1};
  EXPECT_TRUE(is_alive(60));
  EXPECT_TRUE(is_alive(0));
}

TEST_F(GroupTableTest, SelectsByWeight) {
  apply(
      "group_id=1,type=select,bucket=weight:10,actions=1,bucket=weight:30,actions=2,"
      "bucket=weight:0,actions=3");
  const std::vector<int> counts = shares(10000, any);
  EXPECT_NEAR(counts[0], 2500, 200);
  EXPECT_NEAR(counts[1], 7500, 200);
  EXPECT_EQ(counts[2], 0);
  EXPECT_EQ(choose_bucket(*groups_.find(1), 1, [](const Bucket&) { return false; }), nullptr);
}

TEST_F(GroupTableTest, OnlyFlowsOfABucketThatGoesMove) {
  apply(
      "group_id=1,type=select,bucket=weight:10,actions=1,bucket=weight:10,actions=2,"
      "bucket=weight:10,actions=3");
  const Group& group = *groups_.find(1);
  const Bucket* gone = &group.buckets[1];
  const auto living = [&](const Bucket& bucket) { return &bucket != gone; };
  for (uint64_t hash = 0; hash < 1000; hash++) {
    const Bucket* before = choose_bucket(group, mix(hash, 3), any);
    const Bucket* after = choose_bucket(group, mix(hash, 3), living);
    ASSERT_NE(after, gone);
    if (before != gone) {
      ASSERT_EQ(after, before);
    }
  }
}

}  // namespace
}  // namespace flowbed::sw
