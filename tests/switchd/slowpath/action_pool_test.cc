#include "switchd/slowpath/action_pool.hh"

#include <gtest/gtest.h>

namespace flowbed::sw {
namespace {

TEST(ActionPool, SharesEqualLists) {
  ActionPool pool;
  const SharedActions one = pool.share({Action::output(PortNo{1})});
  EXPECT_EQ(pool.share({Action::output(PortNo{1})}), one);
  EXPECT_NE(pool.share({Action::output(PortNo{2})}), one);
}

TEST(ActionPool, ForgetsUnusedLists) {
  ActionPool pool;
  for (uint32_t i = 0; i < 1000; i++) pool.share({Action::output(PortNo{i})});
  EXPECT_LE(pool.size(), 64u);
}

}  // namespace
}  // namespace flowbed::sw
