// Many flows in nftables: what they count, what removes them, and what does not fit.
#include "switchd/datapath/nft/nft_misses.hh"
#include "switchd/datapath/userspace/userspace_datapath.hh"
#include "tests/switchd/slowpath/random_frames.hh"
#include "tests/system/traffic_rig.hh"

namespace flowbed::sw {
namespace {

constexpr const char* kTooSlow = "this machine is too slow to send more than a port's share";

// Packets that a port may send up in that time.
double share_of(double seconds) { return NftMisses::kBurst + NftMisses::kPerSecond * seconds; }
double seconds_since(TimePoint start) {
  return std::chrono::duration<double>(monotonic_now() - start).count();
}

class KernelFlows : public TrafficRig {
 protected:
  KernelFlows() : TrafficRig("nft") {}

  void put_switch() {
    make_hosts(1, 3);
    put(BridgeBuilder(1).ports(1, 3));
    for (int n = 1; n <= 3; n++) host(1, n);
    await_links_of_s1();
  }
  void send(int from, FrameSpec spec) {
    host(1, from).send(Bytes().add(spec.build()));
    if (from == 1) sent_++;
  }
  void cache_each_packet() {
    CachingOptions caching;
    caching.megaflows = false;
    slow_path_.set_caching(caching);
  }
  void send_from_each_port(unsigned ports) {
    for (unsigned port = 1; port <= ports; port++) {
      send(1, {.sport = port});
      if (port % 50 == 0) settle(1ms);
    }
    await_all_sent();
  }
  void await_all_sent() {  // have come in at the first port
    for (int i = 0; i < 300 && port_statistics(1).rx.packets < sent_; i++) settle(10ms);
    settle();
  }
  std::vector<uint64_t> packets_of_rules() {  // oldest first
    slow_path_.settle();
    std::vector<uint64_t> all;
    slow_path_.bridges().find("s1")->pipeline->tables.table(0).for_each(
        [&](const Rule& rule) { all.push_back(rule.counter.packets); });
    return all;
  }

  uint64_t sent_ = 0;
};

TEST_F(KernelFlows, AChangeRemovesThoseThatDependOnItAndLosesNoCount) {
  put_switch();
  program(
      {"priority=1,actions=2", "priority=2,tcp,tp_dst=80,actions=2", "priority=2,tcp,tp_dst=81,actions=2"});
  cache_each_packet();
  constexpr unsigned kFlows = 500;
  for (int i = 0; i < 3; i++) send_from_each_port(kFlows);
  send(1, {.dport = 81});
  await_all_sent();
  EXPECT_EQ(slow_path_.flows().count(), kFlows + 1);
  EXPECT_GE(port_statistics(1).kernel_hits, 2u * kFlows);
  const uint64_t removed = slow_path_.flows().removed();
  change(FlowMod::Command::kModifyStrict, "table=0,priority=2,tcp,tp_dst=80,actions=3");
  EXPECT_EQ(slow_path_.flows().removed() - removed, kFlows) << "the flow of the other rule stays";
  EXPECT_EQ(slow_path_.flows().count(), 1u);
  EXPECT_THAT(packets_of_rules(), testing::ElementsAre(0u, 3u * kFlows, 1u));
  const uint64_t before = totals(1, 2).tx.packets;
  send_from_each_port(kFlows);
  EXPECT_EQ(totals(1, 2).tx.packets, before);
  EXPECT_EQ(totals(1, 3).tx.packets, kFlows);
}

// Between two parts, flows go and come again with the keys that they had.
TEST_F(KernelFlows, MaintenanceInPartsCountsOnce) {
  put_switch();
  program({"priority=1,actions=2", "priority=2,tcp,tp_dst=80,actions=2"});
  cache_each_packet();
  constexpr unsigned kFlows = 300;
  send_from_each_port(kFlows);
  send_from_each_port(kFlows);
  const TimePoint now = monotonic_now();
  unsigned parts = 0, rounds = 2;
  for (; !slow_path_.maintain_some(now); parts++) {
    if (parts % 3 != 0) continue;
    change(FlowMod::Command::kAdd, "table=0,priority=2,tcp,tp_dst=80,actions=2");
    send_from_each_port(kFlows);
    rounds++;
  }
  EXPECT_GT(parts, 10u);
  EXPECT_EQ(slow_path_.flows().count(), kFlows);
  EXPECT_EQ(totals(1, 1).rx.packets, uint64_t{rounds} * kFlows);
  EXPECT_EQ(totals(1, 2).tx.packets, uint64_t{rounds} * kFlows);
}

TEST_F(KernelFlows, WhatIsAskedBetweenPartsOfMaintenanceLosesNoCount) {
  put_switch();
  program({"actions=2"});
  cache_each_packet();
  constexpr unsigned kFlows = 300;
  send_from_each_port(kFlows);
  EXPECT_FALSE(slow_path_.maintain_some(monotonic_now()));
  slow_path_.settle();
  for (unsigned port = 1; port <= kFlows; port++) send(1, {.sport = port});
  slow_path_.flush("s1");
  EXPECT_EQ(totals(1, 2).tx.packets, 2u * kFlows);
}

// The rules and the load of NSDI 2015, section 7.2: connections between two hosts.
TEST_F(KernelFlows, ThePapersLoadNeedsFewMasks) {
  put_switch();
  program({"priority=50,arp,actions=normal", "priority=40,ip,nw_dst=11.1.1.1/16,actions=2",
           "priority=30,tcp,nw_dst=9.1.1.1,tp_src=10,tp_dst=10,actions=normal",
           "priority=20,ip,nw_dst=9.1.1.1/24,actions=normal", "priority=10,actions=normal"});
  send(1, {.kind = FrameSpec::kArp});
  send(2, {.kind = FrameSpec::kArp, .src = 3});
  for (unsigned port = 1; port <= 200; port++) {
    for (const unsigned flags : {0x02u, 0x10u, 0x18u, 0x11u}) {
      send(1, {.source = 1, .destination = 2, .sport = 1000 + port, .dport = 80, .flags = flags});
      send(2, {.dst = 2,
               .src = 1,
               .source = 2,
               .destination = 1,
               .sport = 80,
               .dport = 1000 + port,
               .flags = flags});
    }
    settle(1ms);
  }
  await_all_sent();
  const size_t masks = slow_path_.flows().mask_count(), flows = slow_path_.flows().count();
  EXPECT_LE(flows, 10u);
  EXPECT_GT(masks, 0u);
  EXPECT_LE(slow_path_.datapath().mask_search().masks, 2 * masks);
  size_t in_kernel = 0;
  slow_path_.datapath().dump_flows([&](const FlowView& flow) { in_kernel += flow.in_kernel; });
  EXPECT_EQ(in_kernel, flows);
}

// The event loop does not run while the frames come: none of them can be answered for.
TEST_F(KernelFlows, WhatUserSpaceHandledIsForgottenToo) {
  put_switch();
  program({"actions=mod_vlan_vid:7,2"});
  send(1, {});
  await_all_sent();
  EXPECT_EQ(port_statistics(1).kernel_hits, 0u);
  program({"actions=2"});
  for (int i = 0; i < 3; i++) {
    send(1, {});
    await_all_sent();
  }
  EXPECT_EQ(port_statistics(1).kernel_hits, 2u);
  EXPECT_EQ(port_statistics(1).rx.packets, 4u);
}

TEST_F(KernelFlows, APortThatFloodsLosesWhatIsBeyondItsShare) {
  put_switch();
  program({"in_port=1,actions=drop", "in_port=3,actions=2"});
  constexpr uint64_t kFlood = 100'000;
  const Bytes frame = Bytes().add(FrameSpec{}.build());
  const TimePoint start = monotonic_now();
  for (uint64_t i = 0; i < kFlood; i++) host(1, 1).send(frame);
  const double seconds = seconds_since(start);
  if (share_of(seconds) > kFlood) GTEST_SKIP() << kTooSlow;
  send(3, {.src = 3});
  for (int i = 0; i < 300 && port_statistics(3).rx.packets == 0; i++) settle(10ms);
  settle();
  EXPECT_EQ(host(1, 2).take().size(), 1u);
  EXPECT_EQ(port_statistics(3).rx.dropped, 0u);
  const auto passed = static_cast<double>(kFlood - port_statistics(1).rx.dropped);
  EXPECT_GT(passed, 0);
  EXPECT_LE(passed, 1.01 * share_of(seconds));
}

TEST_F(KernelFlows, APortThatFloodsMakesNobodyWaitLong) {
  constexpr int kOthers = 4, kSink = kOthers + 2;
  make_hosts(1, kSink);
  put(BridgeBuilder(1).ports(1, kSink));
  await_links_of_s1();
  host(1, kSink);  // listens from now on
  program({"actions=6"});
  cache_each_packet();
  constexpr unsigned kFlood = 200;
  for (unsigned i = 0; i < kFlood; i++) send(1, {.sport = i});
  for (int port = 2; port < kSink; port++) send(port, {.src = static_cast<unsigned>(port), .sport = kFlood});
  await_all_sent();
  const std::vector<Received> arrived = host(1, kSink).take();
  ASSERT_EQ(arrived.size(), kFlood + kOthers);
  const std::vector<uint8_t> flooding(arrived.front().bytes.begin() + 6, arrived.front().bytes.begin() + 12);
  size_t last_of_others = 0;
  for (size_t i = 0; i < arrived.size(); i++) {
    if (!std::equal(flooding.begin(), flooding.end(), arrived[i].bytes.begin() + 6)) last_of_others = i;
  }
  EXPECT_GT(last_of_others, 0u);
  EXPECT_LE(last_of_others, 3 * UserspaceDatapath::kMaxBurst);
}

TEST_F(KernelFlows, PacketsOfKnownFlowsAreNoMissesThoughUserSpaceHandlesThem) {
  put_switch();
  program({"actions=mod_vlan_vid:7,2"});
  const Bytes frame = Bytes().add(FrameSpec{}.build());
  constexpr uint64_t kPackets = 100'000;
  const TimePoint start = monotonic_now();
  for (uint64_t i = 0; i < kPackets; i++) {
    host(1, 1).send(frame);
    if (i % 50 == 0) settle(1ms);
  }
  if (share_of(seconds_since(start)) > kPackets) GTEST_SKIP() << kTooSlow;
  settle();
  EXPECT_EQ(port_statistics(1).rx.dropped, 0u);
  EXPECT_EQ(port_statistics(1).rx.packets, kPackets);
  EXPECT_EQ(port_statistics(1).upcalls, 1u);
}

}  // namespace
}  // namespace flowbed::sw
