#include "switchd/slowpath/mac_table.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr Duration kAgeing = 300s;
constexpr TimePoint kStart{1h};

MacKey key(uint8_t last, uint16_t vlan = 0) {
  const uint8_t mac[6] = {0, 0, 0, 0, 0, last};
  return mac_key(vlan, mac);
}

TEST(MacTable, KeyHoldsVlanAndAddress) {
  EXPECT_EQ(vlan_of(key(7, 99)), 99);
  EXPECT_EQ(mac_of(key(7, 99)).to_string(), "00:00:00:00:00:07");
}

TEST(MacTable, LearnsOncePerVlan) {
  MacTable table;
  EXPECT_THAT(table.learn(key(1, 5), PortNo{1}, kStart), ElementsAre(key(1, 5)));
  EXPECT_THAT(table.learn(key(1, 5), PortNo{1}, kStart + 1s), IsEmpty());
  ASSERT_NE(table.find(key(1, 5)), nullptr);
  EXPECT_EQ(table.find(key(1, 5))->port, PortNo{1});
  EXPECT_EQ(table.find(key(1, 6)), nullptr);
}

TEST(MacTable, NoticesMoves) {
  MacTable table;
  table.learn(key(1), PortNo{1}, kStart);
  EXPECT_THAT(table.learn(key(1), PortNo{2}, kStart + 1s), ElementsAre(key(1)));
  EXPECT_EQ(table.find(key(1))->port, PortNo{2});
  EXPECT_EQ(table.moves(), 1u);
}

TEST(MacTable, AgesWhatWasNotSeenLongEnough) {
  MacTable table;
  table.learn(key(1), PortNo{1}, kStart);
  table.learn(key(2), PortNo{1}, kStart + 200s);
  EXPECT_THAT(table.expire(kStart + 300s, kAgeing), IsEmpty());
  EXPECT_THAT(table.expire(kStart + 301s, kAgeing), ElementsAre(key(1)));
  EXPECT_EQ(table.size(), 1u);
}

TEST(MacTable, RefreshKeepsAnAddressButNotAMovedOne) {
  MacTable table;
  table.learn(key(1), PortNo{1}, kStart);
  table.refresh(key(1), PortNo{1}, kStart + 250s);
  table.refresh(key(1), PortNo{2}, kStart + 500s);
  table.refresh(key(1), PortNo{1}, kStart + 100s);
  table.refresh(key(9), PortNo{1}, kStart);
  EXPECT_THAT(table.expire(kStart + 301s, kAgeing), IsEmpty());
  EXPECT_THAT(table.expire(kStart + 551s, kAgeing), ElementsAre(key(1)));
}

TEST(MacTable, FullTablePushesOutWhatWasSeenLongestAgo) {
  MacTable table(2);
  table.learn(key(1), PortNo{1}, kStart);
  table.learn(key(2), PortNo{1}, kStart + 1s);
  table.learn(key(1), PortNo{1}, kStart + 2s);
  EXPECT_THAT(table.learn(key(3), PortNo{1}, kStart + 3s), UnorderedElementsAre(key(2), key(3)));
  EXPECT_EQ(table.size(), 2u);
}

TEST(MacTable, ForgetsTheAddressesOfAPort) {
  MacTable table;
  table.learn(key(1), PortNo{1}, kStart);
  table.learn(key(2), PortNo{2}, kStart);
  EXPECT_THAT(table.forget_port(PortNo{1}), ElementsAre(key(1)));
  EXPECT_EQ(table.find(key(1)), nullptr);
  table.clear();
  EXPECT_EQ(table.size(), 0u);
}

}  // namespace
}  // namespace flowbed::sw
