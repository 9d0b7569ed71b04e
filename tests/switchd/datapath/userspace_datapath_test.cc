#include "switchd/datapath/userspace/userspace_datapath.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/packet/headers.hh"
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
    mask.f.in_port = mask.f.recirculation = 0xffff;
    FlowKey key = {};
    key.f.in_port = 1;
    datapath_.put_flow({FlowId{0}, key, mask, std::make_shared<const ActionList>(actions)}, TimePoint{});
  }
  void receive(uint32_t ifindex, const Packet& packet) {
    ReceivedPacket received{IfIndex{ifindex}, packet};
    datapath_.receive({&received, 1}, kNow);
  }
  // For packets that recirculate with this number.
  void put_next_flow(uint32_t flow, uint16_t recirculation, const ActionList& actions) {
    FlowMask mask = {};
    mask.f.recirculation = 0xffff;
    FlowKey key = {};
    key.f.recirculation = recirculation;
    datapath_.put_flow({FlowId{flow}, key, mask, std::make_shared<const ActionList>(actions)}, TimePoint{});
  }
  std::vector<Sent> forward(const ActionList& actions, const Packet& packet) {
    put_flow(actions);
    receive(101, packet);
    return output_.take();
  }
  FlowStatistics remove_flow(FlowId id) {
    FlowStatistics last;
    datapath_.remove_flows({&id, 1}, [&](FlowId, const FlowStatistics& count) { last = count; });
    return last;
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
  const FlowStatistics flow = remove_flow(FlowId{0});
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

const Action kOut2 = Action::output(PortNo{2}), kOut3 = Action::output(PortNo{3});
// The last 16 bits of the Ethernet source.
Action set_source(uint16_t value) { return Action::set(10, value, 0xffff); }
uint16_t source_of(const std::vector<uint8_t>& frame) { return read_u16(&frame[10]); }

TEST_F(UserspaceDatapathTest, EachOutputIsOfThePacketAsItWasThen) {
  forward({kOut2, set_source(5), kOut3, set_source(6), kOut2}, packet_of(bytes_));
  ASSERT_EQ(output_.frames.size(), 3u);
  EXPECT_EQ(output_.frames[0], bytes_.get());
  EXPECT_EQ(source_of(output_.frames[1]), 5);
  EXPECT_EQ(source_of(output_.frames[2]), 6);
}

TEST_F(UserspaceDatapathTest, ACloneDoesNotChangeTheOuterPacket) {
  forward({set_source(5), Action::clone(4), set_source(6), Action::clone(1), kOut2, kOut3, kOut2},
          packet_of(bytes_));
  ASSERT_EQ(output_.frames.size(), 3u);
  EXPECT_EQ(source_of(output_.frames[0]), 6);
  EXPECT_EQ(source_of(output_.frames[1]), 6);
  EXPECT_EQ(source_of(output_.frames[2]), 5);
}

TEST_F(UserspaceDatapathTest, CloneWithMoreActionsThanThereAreTakesTheRest) {
  EXPECT_THAT(forward({kOut2, Action::clone(99), kOut3}, packet_of(bytes_)),
              ElementsAre(Sent{IfIndex{102}, {}}, Sent{IfIndex{103}, {}}));
}

TEST_F(UserspaceDatapathTest, PuntHandsOverThePacketAsItIs) {
  std::vector<std::pair<uint32_t, uint16_t>> punted;
  datapath_.set_punt_handler([&](uint32_t id, const Packet& packet, PortNo in_port, TimePoint now) {
    EXPECT_EQ(in_port, PortNo{1});
    EXPECT_EQ(now, kNow);
    punted.emplace_back(id, source_of({packet.bytes.begin(), packet.bytes.end()}));
  });
  forward({Action::punt(7), set_source(5), Action::punt(8), kOut2}, packet_of(bytes_));
  EXPECT_THAT(punted, ElementsAre(std::pair(7, 1), std::pair(8, 5)));
  EXPECT_EQ(output_.frames.size(), 1u);
}

TEST_F(UserspaceDatapathTest, AFlowMayGoWhileItsPacketIsPunted) {
  datapath_.set_punt_handler(
      [&](uint32_t, const Packet&, PortNo, TimePoint) { datapath_.flush_flows([](const FlowView&) {}); });
  EXPECT_THAT(forward({Action::punt(7), kOut2, kOut3}, packet_of(bytes_)), testing::SizeIs(2));
}

TEST_F(UserspaceDatapathTest, RecirculationReadsAndLooksUpAnew) {
  const Bytes labelled =
      ethernet(kMac2, kMac1, 0x8847).u32(0x000a1140).add(std::span(bytes_.get()).subspan(14));
  FlowKey missed{};
  datapath_.set_upcall_handler([&](const Upcall& upcall) {
    missed = upcall.key;
    EXPECT_EQ(std::vector(upcall.packet.bytes.begin(), upcall.packet.bytes.end()), bytes_.get());
    datapath_.execute(upcall.packet, {set_source(9), kOut2}, {in_port_of(upcall.key), upcall.now});
    put_next_flow(1, 4, {kOut3});
  });
  forward({Action::pop_mpls(0x0800), Action::recirculate(4)}, packet_of(labelled));
  EXPECT_EQ(missed.f.recirculation, 4);
  EXPECT_EQ(in_port_of(missed), PortNo{1});
  EXPECT_TRUE(flow_key_is(&missed, FLOW_ETH_TYPE_IPV4));
  receive(101, packet_of(labelled));
  ASSERT_EQ(output_.frames.size(), 2u);
  EXPECT_EQ(source_of(output_.frames[0]), 9);
  EXPECT_EQ(output_.frames[1], bytes_.get());
  EXPECT_EQ(remove_flow(FlowId{1}).packets, 1u);
  EXPECT_EQ(statistics(1).upcalls, 0u) << "counts what came in at the port";
}

TEST_F(UserspaceDatapathTest, EndlessRecirculationEnds) {
  put_next_flow(1, 4, {kOut2, Action::recirculate(4)});
  const auto sent = forward({Action::recirculate(4)}, packet_of(bytes_));
  EXPECT_EQ(sent.size(), UserspaceDatapath::kMaxNesting);
  EXPECT_EQ(statistics(1).rx.dropped, 1u);
  EXPECT_EQ(forward({Action::recirculate(4)}, packet_of(bytes_)).size(), sent.size());
}

TEST_F(UserspaceDatapathTest, RecirculatedPacketComesBackUnchanged) {
  put_next_flow(1, 4, {set_source(9), kOut2});
  forward({set_source(5), Action::recirculate(4), kOut3}, packet_of(bytes_));
  ASSERT_EQ(output_.frames.size(), 2u);
  EXPECT_EQ(source_of(output_.frames[0]), 9);
  EXPECT_EQ(source_of(output_.frames[1]), 5);
}

TEST_F(UserspaceDatapathTest, MeterDropsOrMarks) {
  bool pass = true;
  datapath_.set_meter_handler([&](uint32_t id, const WireSize& size, TimePoint now) -> MeterVerdict {
    EXPECT_EQ(id, 3u);
    EXPECT_EQ(size.bytes, bytes_.get().size());
    EXPECT_EQ(now, kNow);
    return {pass, 1};
  });
  Bytes assured = bytes_;
  put_flow({Action::set(12, 10 << 2, 0x00ff), Action::meter(3), kOut2});
  receive(101, packet_of(assured));
  pass = false;
  receive(101, packet_of(assured));
  ASSERT_EQ(output_.frames.size(), 1u);
  EXPECT_EQ(output_.frames[0][15], 12 << 2);
}

class SuperPacketTest : public UserspaceDatapathTest {
 protected:
  Packet super_packet() {
    Packet packet = packet_of(large_);
    packet.offload = {.flags = OffloadHeader::kNeedsChecksum,
                      .gso_type = OffloadHeader::kGsoTcp4,
                      .hdr_len = 54,
                      .gso_size = 1000,
                      .csum_start = 34,
                      .csum_offset = 16};
    return packet;
  }
  Bytes large_ = tcp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 6), 1, 2, 0x18).zeros(4500);
};

TEST_F(SuperPacketTest, StaysWholeWhenRewritten) {
  EXPECT_THAT(forward({set_source(5), Action::set(18, 0x0b00, 0xffff), kOut2}, super_packet()),
              testing::SizeIs(1));
  EXPECT_EQ(statistics(2).tx.packets, 5u);
}

TEST_F(SuperPacketTest, IsCutBeforeAMeter) {
  int asked = 0;
  datapath_.set_meter_handler([&](uint32_t, const WireSize& size, TimePoint) -> MeterVerdict {
    EXPECT_EQ(size.packets, 1u);
    return {.pass = ++asked != 2};
  });
  forward({kOut3, Action::meter(3), kOut2}, super_packet());
  EXPECT_EQ(asked, 5);
  ASSERT_EQ(output_.frames.size(), 5u);
  EXPECT_EQ(output_.frames[0], large_.get());
  EXPECT_EQ(output_.frames[4].size(), 554u);
  EXPECT_EQ(statistics(2).tx.packets, 4u);
}

TEST_F(SuperPacketTest, IsCutBeforeALabelOnlyWhereThatIsPushed) {
  forward({Action::clone(2), Action::push_mpls(0x8847, 1), kOut2, kOut3}, super_packet());
  ASSERT_EQ(output_.frames.size(), 6u);
  EXPECT_EQ(output_.frames[0].size(), 1058u);
  EXPECT_EQ(output_.frames[5], large_.get());
}

TEST_F(SuperPacketTest, ThatNobodyCanCutIsDropped) {
  Packet packet = super_packet();
  packet.offload.gso_type = 3;
  EXPECT_THAT(forward({Action::push_pbb(1), kOut2}, packet), IsEmpty());
  EXPECT_EQ(statistics(1).rx.dropped, 5u);
}

TEST_F(UserspaceDatapathTest, ExecuteOutsideOfReceivingIsDoneWhenItReturns) {
  {
    const Bytes gone_afterwards = bytes_;
    datapath_.execute(packet_of(gone_afterwards), {kOut2, set_source(5), kOut3}, {PortNo{1}, kNow});
  }
  ASSERT_EQ(output_.frames.size(), 2u);
  EXPECT_EQ(output_.frames[0], bytes_.get());
  EXPECT_EQ(source_of(output_.frames[1]), 5);
}

// So many copies that memory has to be flushed on the way, at every level.
TEST_F(UserspaceDatapathTest, CrowdedMemoryChangesNothing) {
  for (uint32_t i = 1; i <= 3; i++) datapath_.put_port(PortNo{i}, {IfIndex{100 + i}, 65535});
  const Bytes large = Bytes(bytes_).zeros(60000);
  ActionList actions{set_source(1)};
  for (uint16_t i = 2; i < 200; i++) {
    const ActionList one{Action::clone(5), set_source(i),        kOut2,
                         Action::clone(2), set_source(1000 + i), kOut2};
    actions.insert(actions.end(), one.begin(), one.end());
    actions.push_back(set_source(2000 + i));
    actions.push_back(kOut2);
  }
  forward(actions, packet_of(large));
  ASSERT_EQ(output_.frames.size(), 3u * 198);
  for (uint16_t i = 2; i < 200; i++) {
    for (uint16_t k = 0; k < 3; k++) {
      EXPECT_EQ(source_of(output_.frames[3u * (i - 2) + k]), 1000 * k + i);
    }
  }
}

}  // namespace
}  // namespace flowbed::sw
