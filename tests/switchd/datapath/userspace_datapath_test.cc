#include "switchd/datapath/userspace/userspace_datapath.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/packets.hh"
#include "tests/switchd/recording_output.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const TimePoint kNow{std::chrono::seconds(5)};

class UserspaceDatapathTest : public testing::Test {
 protected:
  UserspaceDatapathTest() {
    for (uint32_t i = 1; i <= 3; i++) datapath_.put_port(PortNo{i}, {IfIndex{100 + i}, 1500});
    datapath_.set_upcall_handler([this](const Upcall& upcall) { upcalls_.push_back(upcall.key); });
  }

  void put_flow(const ActionList& actions) {
    FlowMask mask = {};
    mask.f.in_port = 0xffff;
    FlowKey key = {};
    key.f.in_port = 1;
    datapath_.put_flow({FlowId{0}, key, mask, std::make_shared<const ActionList>(actions)}, TimePoint{});
  }
  void receive(uint32_t ifindex, const Packet& packet) {
    ReceivedPacket received{IfIndex{ifindex}, packet};
    datapath_.receive({&received, 1}, kNow);
  }
  PortStatistics statistics(uint32_t port) { return datapath_.port_statistics(PortNo{port}); }

  RecordingOutput output_;
  UserspaceDatapath datapath_{output_};
  std::vector<FlowKey> upcalls_;
  Bytes bytes_ = udp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 17), 1, 2).zeros(58);
};

TEST_F(UserspaceDatapathTest, MissGoesToTheUpcallHandler) {
  receive(101, packet_of(bytes_));
  ASSERT_EQ(upcalls_.size(), 1u);
  EXPECT_EQ(in_port_of(upcalls_[0]), PortNo{1});
  EXPECT_EQ(statistics(1).upcalls, 1u);
  EXPECT_EQ(statistics(1).rx.packets, 1u);
  EXPECT_EQ(statistics(1).rx.bytes, 100u);
}

TEST_F(UserspaceDatapathTest, HitRunsTheActionsAndCounts) {
  put_flow({Action::output(PortNo{2}), Action::output(PortNo{3})});
  receive(101, packet_of(bytes_));
  receive(101, packet_of(bytes_));
  EXPECT_THAT(upcalls_, IsEmpty());
  EXPECT_THAT(output_.take(), ElementsAre(Sent{IfIndex{102}, {}}, Sent{IfIndex{103}, {}},
                                          Sent{IfIndex{102}, {}}, Sent{IfIndex{103}, {}}));
  EXPECT_EQ(statistics(1).megaflow_hits, 1u);
  EXPECT_EQ(statistics(1).emc_hits, 1u);
  EXPECT_EQ(statistics(3).tx.packets, 2u);
  const FlowStatistics flow = datapath_.remove_flow(FlowId{0});
  EXPECT_EQ(flow.packets, 2u);
  EXPECT_EQ(flow.bytes, 200u);
  EXPECT_EQ(flow.used, kNow);
}

TEST_F(UserspaceDatapathTest, TagsChangeOnTheWay) {
  put_flow({Action::output(PortNo{2}), Action::push_vlan(vlan_tag(5)), Action::output(PortNo{3}),
            Action::pop_vlan(), Action::output(PortNo{2})});
  receive(101, packet_of(bytes_));
  EXPECT_THAT(output_.take(),
              ElementsAre(Sent{IfIndex{102}, {}}, Sent{IfIndex{103}, vlan_tag(5)}, Sent{IfIndex{102}, {}}));
  EXPECT_EQ(statistics(3).tx.bytes, 104u);
  EXPECT_EQ(statistics(2).tx.bytes, 200u);
}

TEST_F(UserspaceDatapathTest, PacketsOfStrangersAreIgnored) {
  receive(999, packet_of(bytes_));
  EXPECT_THAT(upcalls_, IsEmpty());
}

TEST_F(UserspaceDatapathTest, TooLargeForThePortItCameBy) {
  const Bytes large = Bytes(bytes_).zeros(1500);
  receive(101, packet_of(large));
  EXPECT_THAT(upcalls_, IsEmpty());
  EXPECT_EQ(statistics(1).rx.dropped, 1u);
}

TEST_F(UserspaceDatapathTest, TooLargeForThePortItLeavesBy) {
  datapath_.put_port(PortNo{2}, {IfIndex{102}, 80});
  put_flow({Action::output(PortNo{2}), Action::output(PortNo{3})});
  receive(101, packet_of(bytes_));
  EXPECT_THAT(output_.take(), ElementsAre(Sent{IfIndex{103}, {}}));
  EXPECT_EQ(statistics(2).tx.dropped, 1u);
}

TEST_F(UserspaceDatapathTest, OutputToAPortThatIsGoneDrops) {
  put_flow({Action::output(PortNo{2})});
  datapath_.remove_port(PortNo{2});
  receive(101, packet_of(bytes_));
  EXPECT_THAT(output_.take(), IsEmpty());
}

TEST_F(UserspaceDatapathTest, FlowPutByAnUpcallServesTheRestOfTheBurst) {
  int upcalls = 0;
  datapath_.set_upcall_handler([&](const Upcall&) {
    upcalls++;
    put_flow({Action::output(PortNo{2})});
  });
  std::vector<ReceivedPacket> burst(UserspaceDatapath::kMaxBurst, {IfIndex{101}, packet_of(bytes_)});
  datapath_.receive(burst, kNow);
  EXPECT_EQ(upcalls, 1);
  EXPECT_EQ(output_.take().size(), burst.size() - 1);
}

}  // namespace
}  // namespace flowbed::sw
