#include "switchd/slowpath/slow_path.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "tests/switchd/slowpath/bridges.hh"
#include "tests/switchd/slowpath/fake_datapath.hh"

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kMac3 = "00:00:00:00:00:03";

class SlowPathTest : public testing::Test {
 protected:
  SlowPathTest() {
    slow_path_.set_warning_handler(
        [this](const auto&, const auto& message) { warnings_.push_back(message); });
  }

  void put(const BridgeBuilder& bridge) { slow_path_.put_bridge(bridge.config(), all_links_up); }
  const BridgePort& port(int bridge, int number) {
    return *slow_path_.bridges().port(port_index(bridge, number));
  }
  void miss(int bridge, int in, std::string_view src, std::string_view dst) {
    const Bytes bytes = ethernet(dst, src, 0x0800).zeros(46);
    const Packet packet = packet_of(bytes);
    const FlowKey key = extract_flow_key(packet, port(bridge, in).number);
    datapath_.upcall({key, packet, now_});
  }
  // As if `packets` of 60 bytes had hit each cached flow.
  void hit_all(uint64_t packets) {
    for (auto& [id, flow] : datapath_.flows) {
      flow.statistics.packets += packets;
      flow.statistics.bytes += 60 * packets;
      flow.statistics.used = now_;
    }
  }
  size_t addresses(const char* bridge) { return slow_path_.bridges().find(bridge)->macs.size(); }

  FakeDatapath datapath_;
  SlowPath slow_path_{datapath_};
  TimePoint now_{1h};
  std::vector<std::string> warnings_;
};

TEST_F(SlowPathTest, BridgePortsBecomeDatapathPorts) {
  put(BridgeBuilder(1).ports(1, 3));
  EXPECT_THAT(datapath_.ports, SizeIs(3));
  put(BridgeBuilder(1).ports(1, 2));
  EXPECT_THAT(datapath_.ports, SizeIs(2));
  slow_path_.remove_bridge("s1");
  EXPECT_THAT(datapath_.ports, IsEmpty());
}

TEST_F(SlowPathTest, MissIsExecutedLearnedAndCached) {
  put(BridgeBuilder(1).ports(1, 3));
  miss(1, 1, kMac1, kMac2);
  ASSERT_THAT(datapath_.executed, SizeIs(1));
  EXPECT_THAT(datapath_.executed[0], SizeIs(2));
  ASSERT_THAT(datapath_.flows, SizeIs(1));
  EXPECT_EQ(*datapath_.flows.begin()->second.spec.actions, datapath_.executed[0]);
  EXPECT_EQ(addresses("s1"), 1u);
}

TEST_F(SlowPathTest, LearningTakesBackTheFloodsToThatAddress) {
  put(BridgeBuilder(1).ports(1, 3));
  miss(1, 1, kMac1, kMac2);
  miss(1, 1, kMac1, kMac3);
  miss(1, 2, kMac2, kMac1);
  EXPECT_THAT(datapath_.flows,
              SizeIs(2));  // kMac1 → kMac3 is flooded still; kMac1 → kMac2 is gone; the answer is new
  miss(1, 1, kMac1, kMac2);
  EXPECT_EQ(datapath_.executed.back(), ActionList{Action::output(port(1, 2).number)});
}

TEST_F(SlowPathTest, MoveTakesBackFlowsFromAndToTheAddress) {
  put(BridgeBuilder(1).ports(1, 3));
  miss(1, 2, kMac2, kMac1);
  miss(1, 1, kMac1, kMac2);
  miss(1, 2, kMac2, kMac1);
  ASSERT_THAT(datapath_.flows, SizeIs(2));
  miss(1, 3, kMac2, kBroadcast);
  EXPECT_THAT(datapath_.flows, SizeIs(1));
}

TEST_F(SlowPathTest, PacketToItselfIsNotCachedByWhatItTaught) {
  put(BridgeBuilder(1).ports(1, 3));
  miss(1, 1, kMac1, kMac1);
  EXPECT_THAT(datapath_.flows, IsEmpty());
  miss(1, 1, kMac1, kMac1);
  ASSERT_THAT(datapath_.flows, SizeIs(1));
  EXPECT_THAT(datapath_.executed.back(), IsEmpty());
  miss(1, 2, kMac1, kMac2);  // a move, with a flow that depends on the address twice
  EXPECT_THAT(datapath_.flows, SizeIs(1));
}

TEST_F(SlowPathTest, AddressesAgeUnlessFlowsUseThem) {
  put(BridgeBuilder(1).ports(1, 3));
  miss(1, 1, kMac1, kBroadcast);
  miss(1, 2, kMac2, kBroadcast);
  now_ += 295s;
  datapath_.flows.begin()->second.statistics = {.packets = 1, .bytes = 60, .used = now_};
  slow_path_.maintain(now_);
  now_ += 6s;
  slow_path_.maintain(now_);
  EXPECT_EQ(addresses("s1"), 1u);
  EXPECT_NE(slow_path_.bridges().find("s1")->macs.find(mac_key(0, MacAddress::parse(kMac1)->bytes.data())),
            nullptr);
}

TEST_F(SlowPathTest, AgedAddressTakesItsFlowsAlong) {
  BridgeConfig config = BridgeBuilder(1).ports(1, 3).config();
  config.mac_ageing = 5s;
  slow_path_.put_bridge(config, all_links_up);
  miss(1, 1, kMac1, kBroadcast);
  now_ += 6s;
  slow_path_.maintain(now_);
  EXPECT_THAT(datapath_.flows, IsEmpty());
  EXPECT_TRUE(slow_path_.idle());
}

TEST_F(SlowPathTest, IdleFlowsExpire) {
  put(BridgeBuilder(1).ports(1, 3));
  miss(1, 1, kMac1, kMac2);
  now_ += 9s;
  slow_path_.maintain(now_);
  EXPECT_EQ(slow_path_.flows().count(), 1u);
  now_ += 1s;
  slow_path_.maintain(now_);
  EXPECT_EQ(slow_path_.flows().count(), 0u);
  EXPECT_THAT(datapath_.flows, IsEmpty());
  EXPECT_FALSE(slow_path_.idle());
}

TEST_F(SlowPathTest, ConfigurationAndLinksFlush) {
  put(BridgeBuilder(1).ports(1, 3));
  miss(1, 1, kMac1, kMac2);
  put(BridgeBuilder(1).ports(1, 3));
  EXPECT_THAT(datapath_.flows, SizeIs(1)) << "the same configuration again changes nothing";
  slow_path_.link_changed(port_index(1, 2), {.up = false, .mtu = 1500, .shaped = false});
  EXPECT_THAT(datapath_.flows, IsEmpty());
  miss(1, 1, kMac1, kMac2);
  EXPECT_THAT(datapath_.executed.back(), SizeIs(1));
  put(BridgeBuilder(1).ports(1, 4));
  EXPECT_THAT(datapath_.flows, IsEmpty());
  EXPECT_FALSE(port(1, 2).link.up);
}

TEST_F(SlowPathTest, LinkDownForgetsTheAddressesBehindIt) {
  put(BridgeBuilder(1).ports(1, 3));
  miss(1, 1, kMac1, kMac2);
  slow_path_.link_changed(port_index(1, 1), {.up = false, .mtu = 1500, .shaped = false});
  EXPECT_EQ(addresses("s1"), 0u);
}

TEST_F(SlowPathTest, NewMtuReachesTheDatapath) {
  put(BridgeBuilder(1).ports(1, 2));
  slow_path_.link_changed(port_index(1, 2), {.up = true, .mtu = 9000, .shaped = false});
  EXPECT_EQ(datapath_.ports.at(port(1, 2).number).mtu, 9000u);
}

TEST_F(SlowPathTest, StoppedBridgeForgetsAndDrops) {
  put(BridgeBuilder(1).ports(1, 3));
  miss(1, 1, kMac1, kMac2);
  slow_path_.set_running("s1", false);
  EXPECT_THAT(datapath_.flows, IsEmpty());
  EXPECT_EQ(addresses("s1"), 0u);
  miss(1, 1, kMac1, kMac2);
  EXPECT_THAT(datapath_.executed.back(), IsEmpty());
  EXPECT_THROW(slow_path_.set_running("s9", true), Error);
}

TEST_F(SlowPathTest, PortsThatAreCrossedAreCreditedBySettling) {
  put(BridgeBuilder(1).port(1).link(2, 2, 1));
  put(BridgeBuilder(2).link(1, 1, 2).port(2));
  miss(1, 1, kMac1, kMac2);
  hit_all(4);
  slow_path_.settle();
  EXPECT_EQ(slow_path_.totals(port(1, 2)).tx.packets, 5u);
  EXPECT_EQ(slow_path_.totals(port(2, 1)).rx.bytes, 300u);
  slow_path_.settle();
  EXPECT_EQ(slow_path_.totals(port(1, 2)).tx.packets, 5u);
  hit_all(1);
  put(BridgeBuilder(3).port(1));
  EXPECT_EQ(slow_path_.totals(port(1, 2)).tx.packets, 6u) << "a flush loses no statistics";
}

TEST_F(SlowPathTest, DropsAreCounted) {
  put(BridgeBuilder(1).port(1, trunk({7})).port(2));
  miss(1, 1, kMac1, kMac2);
  hit_all(2);
  slow_path_.settle();
  EXPECT_EQ(slow_path_.totals(port(1, 1)).rx.dropped, 3u);
}

TEST_F(SlowPathTest, CaptureIsCheckedBeforeCrossing) {
  put(BridgeBuilder(1).port(1).link(2, 2, 1));
  put(BridgeBuilder(2).link(1, 1, 2).port(2));
  slow_path_.set_capture_check([this](TimePoint) {
    slow_path_.captures_changed({.everywhere = false, .interfaces = {port_index(1, 2)}});
  });
  miss(1, 1, kMac1, kMac2);
  EXPECT_EQ(datapath_.executed.back(), ActionList{Action::output(port(1, 2).number)});
  slow_path_.set_capture_check({});
  slow_path_.captures_changed({});
  EXPECT_THAT(datapath_.flows, IsEmpty());
  miss(1, 1, kMac1, kMac2);
  EXPECT_EQ(datapath_.executed.back(), ActionList{Action::output(port(2, 2).number)});
}

TEST_F(SlowPathTest, LoopIsWarnedOfAndCachedAsADrop) {
  put(BridgeBuilder(1).port(1).link(2, 2, 1).link(3, 2, 2));
  put(BridgeBuilder(2).link(1, 1, 2).link(2, 1, 3));
  miss(1, 1, kMac1, kMac2);
  EXPECT_THAT(warnings_,
              ElementsAre(HasSubstr("a loop was noticed: s1 – s2 – s1; its packets are dropped.")));
  ASSERT_THAT(datapath_.flows, SizeIs(1));
  EXPECT_THAT(*datapath_.flows.begin()->second.spec.actions, IsEmpty());
  EXPECT_EQ(addresses("s1"), 0u);
}

TEST_F(SlowPathTest, PassesTellsTheBridgesOnTheWay) {
  put(BridgeBuilder(1).port(1).link(2, 2, 1));
  put(BridgeBuilder(2).link(1, 1, 2).port(2));
  put(BridgeBuilder(3).port(1));
  miss(1, 1, kMac1, kMac2);
  const FlowId flow = datapath_.flows.begin()->first;
  EXPECT_TRUE(slow_path_.flows().passes(flow, *slow_path_.bridges().find("s2")));
  EXPECT_FALSE(slow_path_.flows().passes(flow, *slow_path_.bridges().find("s3")));
}

TEST_F(SlowPathTest, FlowsAreBoundedAndIdleOnesMakeRoom) {
  put(BridgeBuilder(1).ports(1, 2));
  const auto send = [this](uint64_t src, uint64_t dst) {
    miss(1, 1, MacAddress::from_uint64(0x020000000000 + src).to_string(),
         MacAddress::from_uint64(0x040000000000 + dst).to_string());
  };
  for (uint64_t i = 0; i < kMaxFlows + 10; i++) send(i % 100, i / 100);
  EXPECT_EQ(slow_path_.flows().count(), kMaxFlows);
  now_ += 2s;
  slow_path_.maintain(now_);
  send(0, 1000000);
  EXPECT_EQ(slow_path_.flows().count(), 1u);
}

TEST_F(SlowPathTest, InventedAddressesPushOutTheirOwnFlows) {
  put(BridgeBuilder(1).ports(1, 2));
  for (uint64_t i = 0; i < 2 * MacTable::kDefaultCapacity; i++) {
    miss(1, 1, MacAddress::from_uint64(0x020000000000 + i).to_string(), kBroadcast);
  }
  EXPECT_LE(addresses("s1"), MacTable::kDefaultCapacity);
  EXPECT_GT(addresses("s1"), MacTable::kDefaultCapacity * 99 / 100);
  EXPECT_EQ(slow_path_.flows().count(), addresses("s1"));
}

TEST_F(SlowPathTest, FlushForgetsAddressesOfOneBridge) {
  put(BridgeBuilder(1).ports(1, 2));
  put(BridgeBuilder(2).ports(1, 2));
  miss(1, 1, kMac1, kMac2);
  miss(2, 1, kMac1, kMac2);
  slow_path_.flush("s1");
  EXPECT_EQ(addresses("s1"), 0u);
  EXPECT_EQ(addresses("s2"), 1u);
  EXPECT_THAT(datapath_.flows, IsEmpty());
}

}  // namespace
}  // namespace flowbed::sw
