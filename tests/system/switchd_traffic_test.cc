// What every datapath does with real packets.
#include "tests/system/traffic_rig.hh"

namespace flowbed::sw {
namespace {

class SwitchdTraffic : public TrafficRig, public testing::WithParamInterface<const char*> {
 protected:
  SwitchdTraffic() : TrafficRig(GetParam()) {}
};

Bytes frame(std::string_view dst, std::string_view src, size_t size = 60) {
  return ethernet(dst, src, 0x88b5).zeros(size - 14);
}

TEST_P(SwitchdTraffic, FloodsThenForwards) {
  make_hosts(1, 3);
  put(BridgeBuilder(1).ports(1, 3));
  for (int n = 1; n <= 3; n++) host(1, n);
  host(1, 1).send(frame(kMac2, kMac1));
  settle();
  EXPECT_EQ(host(1, 2).take().size(), 1u);
  EXPECT_EQ(host(1, 3).take().size(), 1u);
  EXPECT_EQ(host(1, 1).take().size(), 0u);
  host(1, 2).send(frame(kMac1, kMac2));
  settle();
  for (int i = 0; i < 100; i++) host(1, 1).send(frame(kMac2, kMac1, 60 + static_cast<size_t>(i)));
  settle();
  const auto received = host(1, 2).take();
  ASSERT_EQ(received.size(), 100u);
  for (size_t i = 0; i < 100; i++) EXPECT_EQ(received[i].bytes.size(), 60 + i) << "in order, and whole";
  EXPECT_EQ(host(1, 3).take().size(), 0u);
  EXPECT_EQ(totals(1, 1).rx.packets, 101u);
  EXPECT_EQ(totals(1, 2).tx.packets, 101u);
}

TEST_P(SwitchdTraffic, TagsAreWrittenAndTakenOff) {
  make_hosts(1, 2);
  put(BridgeBuilder(1).port(1, access_vlan(7)).port(2, trunk({7})));
  host(1, 1), host(1, 2);
  host(1, 1).send(frame(kMac2, kMac1, 100));
  settle();
  const auto tagged = host(1, 2).take();
  ASSERT_EQ(tagged.size(), 1u);
  EXPECT_EQ(tagged[0].vlan, vlan_tag(7));
  EXPECT_EQ(tagged[0].bytes, frame(kMac2, kMac1, 100).get());
  host(1, 2).send(Bytes().mac(kMac1).mac(kMac2).u16(0x8100).u16(7).u16(0x88b5).zeros(46));
  settle();
  const auto untagged = host(1, 1).take();
  ASSERT_EQ(untagged.size(), 1u);
  EXPECT_FALSE(untagged[0].vlan.present());
  EXPECT_EQ(untagged[0].bytes, frame(kMac1, kMac2).get());
}

class Chains : public SwitchdTraffic {
 protected:
  // h1-1 – s1 – s2 – h2-1
  void put_chain() {
    make_hosts(1, 1);
    make_hosts(2, 1);
    make_link(1, 2, 2, 2);
    put(BridgeBuilder(1).port(1).link(2, 2, 2));
    put(BridgeBuilder(2).port(1).link(2, 1, 2));
    host(1, 1), host(2, 1);
  }
  // Of ten packets from one host to the other.
  uint64_t packets_through_the_device() {
    const uint64_t before = device_packets("s2-eth2"), counted = totals(2, 2).rx.packets;
    for (int i = 0; i < 10; i++) host(1, 1).send(frame(kMac2, kMac1));
    settle();
    EXPECT_EQ(host(2, 1).take().size(), 10u);
    EXPECT_EQ(totals(1, 2).tx.packets, counted + 10) << "ports count what crosses them in any case";
    EXPECT_EQ(totals(2, 2).rx.packets, counted + 10);
    return device_packets("s2-eth2") - before;
  }
};

TEST_P(Chains, BypassTheLinkUntilSomebodyCaptures) {
  put_chain();
  EXPECT_EQ(packets_through_the_device(), 0u);
  // Each with how many packets come in there at least: a listener hears what comes in only.
  for (const auto& [captured, arriving] : {std::pair("s2-eth2", 10u), {"s1-eth2", 0u}, {"any", 20u}}) {
    SCOPED_TRACE(captured);
    {
      Host capture(captured);
      settle(300ms);
      EXPECT_EQ(packets_through_the_device(), 10u);
      EXPECT_GE(capture.take().size(), arriving);
    }
    settle(300ms);
    EXPECT_EQ(packets_through_the_device(), 0u);
  }
}

TEST_P(Chains, AreNotMadeWhereEveryInterfaceOnTheWayIsToCount) {
  CachingOptions caching;
  caching.chains = false;
  slow_path_.set_caching(caching);
  put_chain();
  EXPECT_EQ(packets_through_the_device(), 10u);
}

TEST_P(Chains, TakeTheRealLinkWhileItHasAQdisc) {
  put_chain();
  EXPECT_EQ(packets_through_the_device(), 0u);
  ASSERT_EQ(system("tc qdisc add dev s1-eth2 root pfifo limit 100"), 0);
  settle();
  EXPECT_EQ(packets_through_the_device(), 10u);
  ASSERT_EQ(system("tc qdisc del dev s1-eth2 root"), 0);
  settle();
  EXPECT_EQ(packets_through_the_device(), 0u);
}

TEST_P(SwitchdTraffic, CaptureAtASwitchPortSeesBothDirections) {
  make_hosts(1, 2);
  put(BridgeBuilder(1).ports(1, 2));
  host(1, 2);
  FileDescriptor capture(
      check_syscall("socket", socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(ETH_P_ALL))));
  host(1, 1).send(frame(kMac2, kMac1));
  settle();
  int seen_leaving = 0;
  uint8_t bytes[2048];
  sockaddr_ll from{};
  socklen_t size = sizeof from;
  while (recvfrom(capture.get(), bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &size) > 0) {
    seen_leaving += from.sll_pkttype == PACKET_OUTGOING &&
                    from.sll_ifindex == static_cast<int>(if_nametoindex("s1-eth2"));
  }
  EXPECT_EQ(seen_leaving, 1);
}

TEST_P(SwitchdTraffic, PortsGoDownComeBackAndVanish) {
  make_hosts(1, 3);
  put(BridgeBuilder(1).ports(1, 3));
  host(1, 1), host(1, 2), host(1, 3);
  ip("link set h1-2 down");
  settle();
  EXPECT_FALSE(slow_path_.bridges().find("s1")->find_port("s1-eth2")->link.up);
  ip("link set h1-2 up");
  ip("link del h1-3");
  settle();
  EXPECT_TRUE(slow_path_.bridges().find("s1")->find_port("s1-eth2")->link.up);
  EXPECT_FALSE(slow_path_.bridges().find("s1")->find_port("s1-eth3")->link.up);
  host(1, 2).take();
  host(1, 1).send(frame(kMac2, kMac1));
  settle();
  EXPECT_EQ(host(1, 2).take().size(), 1u);
}

TEST_P(SwitchdTraffic, PortsComeThoughAnotherSwitchHasLostOne) {
  make_hosts(1, 2);
  make_hosts(2, 2);
  put(BridgeBuilder(1).port(1));
  put(BridgeBuilder(2).ports(1, 2));
  ip("link del h2-2");
  put(BridgeBuilder(1).ports(1, 2));
  host(1, 2);
  settle();
  host(1, 1).send(frame(kMac2, kMac1));
  settle();
  EXPECT_EQ(host(1, 2).take().size(), 1u);
}

TEST_P(SwitchdTraffic, TooLargeForTheWayOutIsDroppedAndCounted) {
  make_hosts(1, 2);
  ip("link set s1-eth2 mtu 1000");
  put(BridgeBuilder(1).ports(1, 2));
  host(1, 1), host(1, 2);
  host(1, 1).send(frame(kMac2, kMac1, 1200));
  host(1, 1).send(frame(kMac2, kMac1, 1000));
  settle();
  EXPECT_EQ(host(1, 2).take().size(), 1u);
  EXPECT_EQ(totals(1, 2).tx.dropped, 1u);
}

TEST_P(SwitchdTraffic, BroadcastReachesManyPorts) {
  constexpr int kPorts = 200;
  make_hosts(1, kPorts);
  put(BridgeBuilder(1).ports(1, kPorts));
  for (int n = 1; n <= kPorts; n += 50) host(1, n);
  host(1, kPorts);
  host(1, 1).send(frame(kBroadcast, kMac1));
  settle();
  for (int n = 51; n <= kPorts; n += 50) EXPECT_EQ(host(1, n).take().size(), 1u) << n;
  EXPECT_EQ(host(1, kPorts).take().size(), 1u);
  EXPECT_EQ(totals(1, kPorts).tx.packets, 1u);
}

INSTANTIATE_TEST_SUITE_P(Datapaths, Chains, testing::Values("userspace", "nft"),
                         [](const auto& test) { return std::string(test.param); });
INSTANTIATE_TEST_SUITE_P(Datapaths, SwitchdTraffic, testing::Values("userspace", "nft"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace flowbed::sw
