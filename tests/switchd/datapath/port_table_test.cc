#include "switchd/datapath/userspace/port_table.hh"

#include <gtest/gtest.h>

namespace flowbed::sw {
namespace {

TEST(PortTable, FindsAThousandPortsBothWays) {
  PortTable table;
  for (uint32_t i = 1; i <= 1000; i++) table.put(PortNo{i}, {IfIndex{i * 64}, 1500});
  for (uint32_t i = 1; i <= 1000; i++) {
    ASSERT_EQ(table.by_index(IfIndex{i * 64}), table.by_number(PortNo{i}));
    ASSERT_EQ(table.by_number(PortNo{i})->number, PortNo{i});
  }
  EXPECT_EQ(table.by_index(IfIndex{63}), nullptr);
  EXPECT_EQ(table.by_number(PortNo{1001}), nullptr);
}

TEST(PortTable, PutKeepsStatisticsAndFollowsTheInterface) {
  PortTable table;
  table.put(PortNo{1}, {IfIndex{5}, 1500});
  table.by_number(PortNo{1})->statistics.rx.packets = 3;
  table.put(PortNo{1}, {IfIndex{6}, 9000});
  EXPECT_EQ(table.by_index(IfIndex{5}), nullptr);
  ASSERT_NE(table.by_index(IfIndex{6}), nullptr);
  EXPECT_EQ(table.by_index(IfIndex{6})->statistics.rx.packets, 3u);
  EXPECT_EQ(table.by_index(IfIndex{6})->spec.mtu, 9000u);
}

TEST(PortTable, RemovedPortIsGone) {
  PortTable table;
  table.put(PortNo{1}, {IfIndex{5}, 1500});
  table.put(PortNo{2}, {IfIndex{5 + 64}, 1500});
  table.remove(PortNo{1});
  EXPECT_EQ(table.by_index(IfIndex{5}), nullptr);
  EXPECT_NE(table.by_index(IfIndex{69}), nullptr);
  table.remove(PortNo{1});
}

}  // namespace
}  // namespace flowbed::sw
