#include "core/os/cgroup_layout.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowbed {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Set = std::set<Controller>;

TEST(CgroupLayout, OfADesktopWithVersion2) {
  const auto layout = parse_cgroup_layout(
      "22 27 0:20 / /proc rw,nosuid - proc proc rw\n"
      "29 28 0:26 / /sys/fs/cgroup rw,nosuid shared:9 master:1 - cgroup2 cgroup2 rw,nsdelegate\n",
      "0::/user.slice/user-1000.slice/session-2.scope\n");
  EXPECT_THAT(layout,
              ElementsAre(CgroupHierarchy{
                  2, "/sys/fs/cgroup", "/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope", {}}));
}

TEST(CgroupLayout, OfVersion1WithNamedAndForeignHierarchies) {
  const auto layout = parse_cgroup_layout(
      "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
      "34 31 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
      "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
      "39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
      "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n",
      "9:name=systemd:/x\n4:memory:/lab/a\n3:cpuset:/\n1:cpu,cpuacct:/y:z\n");
  EXPECT_THAT(layout, ElementsAre(CgroupHierarchy{1, "/sys/fs/cgroup/cpu,cpuacct",
                                                  "/sys/fs/cgroup/cpu,cpuacct/y:z", Set{Controller::cpu}},
                                  CgroupHierarchy{1, "/sys/fs/cgroup/cpuset", "/sys/fs/cgroup/cpuset",
                                                  Set{Controller::cpuset}},
                                  CgroupHierarchy{1, "/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/lab/a",
                                                  Set{Controller::memory}}));
}

// A container sees its own group as the root of the mount, or, with a namespace, of everything.
TEST(CgroupLayout, OfContainers) {
  EXPECT_EQ(parse_cgroup_layout("35 31 0:32 /docker/ab /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
                                "4:memory:/docker/ab/sub\n")[0]
                .own,
            "/sys/fs/cgroup/memory/sub");
  EXPECT_EQ(parse_cgroup_layout("29 28 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n", "0::/\n")[0].own,
            "/sys/fs/cgroup");
  EXPECT_EQ(
      parse_cgroup_layout("29 28 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n", "0::/../../other\n")[0].own,
      "/sys/fs/cgroup");
}

TEST(CgroupLayout, OfTextsThatSayNothing) {
  EXPECT_THAT(parse_cgroup_layout("", ""), IsEmpty());
  EXPECT_THAT(parse_cgroup_layout("1 2 3\n- - -\n29 28 0:26 / /x rw - cgroup2\n", "::\n0\n"), IsEmpty());
}

TEST(CgroupLayout, KnowsTheControllersThatLimitHosts) {
  EXPECT_EQ(parse_controllers("cpuset cpu io memory hugetlb pids\n"),
            (Set{Controller::cpu, Controller::cpuset, Controller::memory}));
  EXPECT_EQ(parse_controllers("rw,cpu,cpuacct"), Set{Controller::cpu});
  EXPECT_EQ(to_string(Set{Controller::cpu, Controller::memory}), "cpu, memory");
}

}  // namespace
}  // namespace flowbed
