#include "switchd/slowpath/dependency_index.hh"

#include <map>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowbed::sw {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(DependencyIndex, FindsAndForgetsFlows) {
  DependencyIndex index;
  index.add(FlowId{1}, std::vector<DependencyTag>{10, 20});
  index.add(FlowId{2}, std::vector<DependencyTag>{20});
  EXPECT_THAT(index.dependents(20), UnorderedElementsAre(FlowId{1}, FlowId{2}));
  index.remove(FlowId{1});
  EXPECT_THAT(index.dependents(20), UnorderedElementsAre(FlowId{2}));
  EXPECT_THAT(index.dependents(10), IsEmpty());
  index.remove(FlowId{1});
  index.clear();
  EXPECT_THAT(index.dependents(20), IsEmpty());
}

TEST(DependencyIndex, StaysExactUnderRandomChange) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  DependencyIndex index;
  std::map<DependencyTag, std::set<uint32_t>> oracle;
  for (int i = 0; i < 5000; i++) {
    const uint32_t flow = random() % 50;
    index.remove(FlowId{flow});
    for (auto& [tag, flows] : oracle) flows.erase(flow);
    std::set<DependencyTag> tags;
    for (unsigned n = random() % 4; n > 0; n--) tags.insert(random() % 10);
    index.add(FlowId{flow}, std::vector(tags.begin(), tags.end()));
    for (const DependencyTag tag : tags) oracle[tag].insert(flow);
    for (DependencyTag tag = 0; tag < 10; tag++) {
      std::set<uint32_t> found;
      for (const FlowId id : index.dependents(tag)) found.insert(static_cast<uint32_t>(id));
      ASSERT_EQ(found, oracle[tag]);
    }
  }
}

}  // namespace
}  // namespace flowbed::sw
