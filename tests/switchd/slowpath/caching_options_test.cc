#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/slowpath/pipeline_rig.hh"
#include "tests/switchd/slowpath/random_frames.hh"

namespace flowbed::sw {
namespace {

class CachingTest : public testing::Test, protected PipelineRig<> {
 protected:
  CachingTest() {
    flow("priority=30,tcp,nw_dst=10.0.0.9,tp_dst=80,actions=2");
    flow("priority=10,actions=3");
  }
  void turn_off(std::string_view feature) {
    CachingOptions options = slow_path.caching();
    find_caching_feature(feature)->in(options) = false;
    slow_path.set_caching(options);
  }
  // How many flows `count` connections from port 1 to another address are.
  size_t flows_of_connections(unsigned count = 20) {
    for (unsigned i = 1; i <= count; i++) {
      clear();
      send_frame(1, FrameSpec{.destination = 3, .sport = i, .dport = 1000 + i}.build());
      EXPECT_THAT(sent(), testing::ElementsAre(3));
    }
    return slow_path.flows().count();
  }
};

TEST_F(CachingTest, OneMegaflowAnswersForAllThatIsAlike) { EXPECT_EQ(flows_of_connections(), 1u); }

TEST_F(CachingTest, WithoutMegaflowsEachConnectionIsAFlow) {
  turn_off("megaflows");
  EXPECT_EQ(flows_of_connections(), 20u);
}

TEST_F(CachingTest, WithoutItsOptimizationsTheClassifierLooksAtPorts) {
  for (const char* feature : {"staged-lookup", "prefix-tracking", "port-tries"}) turn_off(feature);
  EXPECT_EQ(flows_of_connections(), 20u);
}

TEST_F(CachingTest, WithoutTheExactMatchCacheMegaflowsAnswer) {
  turn_off("exact-match");
  flows_of_connections(1);
  flows_of_connections(1);
  const PortStatistics statistics = datapath.port_statistics(port(1).number);
  EXPECT_EQ(statistics.emc_hits, 0u);
  EXPECT_EQ(statistics.megaflow_hits, 1u);
  EXPECT_EQ(datapath.mask_search().searches, 2u);
  EXPECT_EQ(datapath.mask_search().masks_searched, 1u);
}

TEST_F(CachingTest, AChangeForgetsWhatIsCached) {
  flows_of_connections();
  turn_off("priority-sorting");
  EXPECT_EQ(slow_path.flows().count(), 0u);
  EXPECT_EQ(rules(), 2u);
}

}  // namespace
}  // namespace flowbed::sw
