#include "switchd/control/bridge_json.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

Json minimal() {
  return {{"name", "s1"},
          {"ports", {{{"number", 1}, {"interface", "s1-eth1"}, {"name", "s1-eth1"}, {"ifindex", 7}}}}};
}

std::string fault(const Json& json) {
  try {
    bridge_from_json(json);
  } catch (const Error& error) {
    return error.what();
  }
  return "no fault";
}

TEST(BridgeJson, ReadsEverything) {
  Json json = minimal();
  json["dpid"] = 17;
  json["mac_ageing"] = 1.5;
  json["ports"][0]["vlan"] = 10;
  json["ports"][0]["trunks"] = {30, 20};
  json["ports"][0]["peer"] = "s2-eth1";
  json["ports"][0]["rate"] = 10'000'000;
  json["stp"] = {{"priority", 4096}, {"forward_delay", 20}};
  json["mirrors"] = {{{"ports", {"s1-eth1"}}, {"direction", "in"}, {"output", "s1-eth1"}}};
  const BridgeConfig bridge = bridge_from_json(json);
  EXPECT_EQ(bridge.dpid, 17u);
  EXPECT_EQ(bridge.mac_ageing, std::chrono::milliseconds(1500));
  ASSERT_THAT(bridge.ports, SizeIs(1));
  EXPECT_EQ(bridge.ports[0].ifindex, IfIndex{7});
  EXPECT_EQ(bridge.ports[0].vlans.untagged, 10);
  EXPECT_THAT(*bridge.ports[0].vlans.trunks, ElementsAre(20, 30));
  EXPECT_EQ(bridge.ports[0].peer, "s2-eth1");
  EXPECT_EQ(bridge.ports[0].rate, 10'000'000u);
  EXPECT_EQ(bridge.stp, (StpConfig{.priority = 4096, .hello_time = 2, .max_age = 20, .forward_delay = 20}));
  ASSERT_THAT(bridge.mirrors, SizeIs(1));
  EXPECT_TRUE(bridge.mirrors[0].in);
  EXPECT_FALSE(bridge.mirrors[0].out);
}

TEST(BridgeJson, DefaultsAreASwitchOutOfTheBox) {
  const BridgeConfig bridge = bridge_from_json(minimal());
  EXPECT_EQ(bridge.mac_ageing, std::chrono::seconds(300));
  EXPECT_EQ(bridge.ports[0].vlans, PortVlans{});
  EXPECT_FALSE(bridge.stp);
}

TEST(BridgeJson, NamesThePlaceOfAFault) {
  Json json = minimal();
  json["ports"][0]["colour"] = "red";
  EXPECT_THAT(fault(json), HasSubstr("ports[0].colour is not known"));
  json = minimal();
  json["ports"][0].erase("ifindex");
  EXPECT_THAT(fault(json), HasSubstr("ports[0].ifindex is missing"));
  json = minimal();
  json["ports"][0]["vlan"] = 5000;
  EXPECT_THAT(fault(json), HasSubstr("ports[0].vlan is 5000"));
  json = minimal();
  json["mirrors"] = {{{"ports", Json::array()}, {"direction", "up"}, {"output", "x"}}};
  EXPECT_THAT(fault(json), HasSubstr("\"up\" is none of in, out, both"));
  json = minimal();
  json["stp"] = {{"hello", 2}};
  EXPECT_THAT(fault(json), HasSubstr("bridge.stp.hello is not known"));
  EXPECT_THAT(fault(Json::array()), HasSubstr("not an object"));
  EXPECT_THAT(fault({{"name", 1}, {"ports", Json::array()}}), HasSubstr("name is not a string"));
  EXPECT_THAT(fault({{"name", "s1"}}), HasSubstr("ports is missing"));
}

}  // namespace
}  // namespace flowbed::sw
