#include "switchd/slowpath/vlan.hh"

#include <gtest/gtest.h>

#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

const PortVlans kAll;
const PortVlans kAccess{.untagged = 10, .trunks = {}};
const PortVlans kTrunk{.untagged = {}, .trunks = std::vector<uint16_t>{10, 20}};
const PortVlans kTrunkWithUntagged{.untagged = {}, .trunks = std::vector<uint16_t>{0, 10}};
const PortVlans kNative{.untagged = 10, .trunks = std::vector<uint16_t>{20}};

TEST(Vlan, PlainPortTakesEverything) {
  EXPECT_EQ(admit(kAll, {}), 0);
  EXPECT_EQ(admit(kAll, vlan_tag(7)), 7);
  EXPECT_EQ(tag_on_output(kAll, 0, {}), VlanTag{});
  EXPECT_EQ(tag_on_output(kAll, 7, vlan_tag(7, 3)), vlan_tag(7, 3));
}

TEST(Vlan, AccessPortTakesUntaggedOnly) {
  EXPECT_EQ(admit(kAccess, {}), 10);
  EXPECT_EQ(admit(kAccess, vlan_tag(0, 5)), 10);
  EXPECT_EQ(admit(kAccess, vlan_tag(10)), std::nullopt);
  EXPECT_EQ(admit(kAccess, vlan_tag(20)), std::nullopt);
  EXPECT_EQ(tag_on_output(kAccess, 10, vlan_tag(10)), VlanTag{});
  EXPECT_FALSE(carries(kAccess, 0));
}

TEST(Vlan, TrunkTakesItsVlans) {
  EXPECT_EQ(admit(kTrunk, vlan_tag(20)), 20);
  EXPECT_EQ(admit(kTrunk, vlan_tag(30)), std::nullopt);
  EXPECT_EQ(admit(kTrunk, {}), std::nullopt);
  EXPECT_EQ(admit(kTrunkWithUntagged, {}), 0);
  EXPECT_EQ(tag_on_output(kTrunk, 20, {}), vlan_tag(20));
}

TEST(Vlan, NativeVlanTravelsUntagged) {
  EXPECT_EQ(admit(kNative, {}), 10);
  EXPECT_EQ(admit(kNative, vlan_tag(10)), 10);
  EXPECT_EQ(admit(kNative, vlan_tag(20)), 20);
  EXPECT_EQ(admit(kNative, vlan_tag(30)), std::nullopt);
  EXPECT_EQ(tag_on_output(kNative, 10, vlan_tag(10)), VlanTag{});
  EXPECT_EQ(tag_on_output(kNative, 20, vlan_tag(20)), vlan_tag(20));
}

TEST(Vlan, PriorityIsKeptWhenATagIsChanged) {
  EXPECT_EQ(tag_on_output(kTrunk, 10, vlan_tag(0, 5)), vlan_tag(10, 5));
}

}  // namespace
}  // namespace flowbed::sw
