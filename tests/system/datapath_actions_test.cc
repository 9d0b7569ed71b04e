// For every action, on every datapath: the second packet of a flow comes out as the first one did, which the
// slow path answered for, and causes no upcall. Where the kernel can do it, the kernel does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/slowpath/random_frames.hh"
#include "tests/system/traffic_rig.hh"

namespace flowbed::sw {
namespace {

struct Case {
  const char* flow;
  bool in_kernel;  // by nftables
  FrameSpec frame = {};
};

const FrameSpec kUdp{.protocol = 17};
const FrameSpec kIpv6{.kind = FrameSpec::kIpv6};
const FrameSpec kArp{.kind = FrameSpec::kArp};
const FrameSpec kTagged{.tags = {5}};
const FrameSpec kFragment{.fragment = 2};

const Case kCases[] = {
    {"actions=2", true},
    {"actions=2,3", true},
    {"actions=all", true},
    {"actions=in_port", true},
    {"actions=drop", true},
    {"actions=normal", true},
    {"arp,actions=2", true, kArp},
    {"arp,arp_tpa=10.0.0.2,actions=2", true, kArp},
    {"arp,arp_op=1,actions=2", true, {.kind = FrameSpec::kArp, .dport = 80}},
    {"ip,nw_dst=10.0.0.0/24,actions=2", true},
    {"tcp,tp_dst=80,actions=2", true},
    {"tcp,tcp_flags=+syn,actions=2", true},
    {"udp,tp_src=1,actions=2", true, kUdp},
    {"ipv6,actions=2", true, kIpv6},
    {"tcp6,tp_dst=80,actions=2", true, kIpv6},
    {"ip,nw_frag=later,actions=2", false, kFragment},
    {"dl_vlan=5,actions=2", true, kTagged},
    {"actions=mod_dl_dst:00:00:00:00:00:07,2", true},
    {"actions=mod_dl_src:00:00:00:00:00:07,2,mod_dl_src:00:00:00:00:00:08,3", false},
    {"ip,actions=mod_nw_dst:10.0.0.9,2", true},
    {"tcp,actions=mod_nw_src:10.0.0.9,mod_tp_dst:8080,2", true},
    {"udp,actions=mod_nw_dst:10.0.0.9,2", true, kUdp},
    {"udp,actions=mod_tp_dst:9,2", false, kUdp},
    {"ip,actions=dec_ttl,2", true},
    {"ip,actions=mod_nw_tos:32,2", true},
    {"ipv6,actions=dec_ttl,2", true, kIpv6},
    {"tcp6,actions=set_field:fd00::9->ipv6_dst,2", true, kIpv6},
    {"actions=mod_vlan_vid:7,2", false},
    {"dl_vlan=5,actions=strip_vlan,2", false, kTagged},
    {"ip,actions=push_mpls:0x8847,2", false},
    {"actions=3,mod_dl_dst:00:00:00:00:00:07,2", true},
};

class DatapathActions : public TrafficRig, public testing::WithParamInterface<const char*> {
 protected:
  DatapathActions() : TrafficRig(GetParam()) {}

  // What comes out at the ports, after a frame came in at the first: port, tag, bytes.
  std::vector<std::tuple<int, uint16_t, std::vector<uint8_t>>> pass(const std::vector<uint8_t>& frame) {
    const uint64_t before = statistics().rx.packets;
    host(1, 1).send(Bytes().add(frame));
    for (int i = 0; i < 300 && statistics().rx.packets == before; i++) settle(10ms);
    settle(std::getenv("FLOWBED_VM") ? 150ms : 30ms);
    std::vector<std::tuple<int, uint16_t, std::vector<uint8_t>>> all;
    for (int n = 1; n <= 3; n++) {
      for (const Received& received : host(1, n).take())
        all.emplace_back(n, received.vlan.tci, received.bytes);
    }
    return all;
  }
  PortStatistics statistics() { return port_statistics(1); }

  void check(const Case& wanted) {
    program({wanted.flow});
    const std::vector<uint8_t> frame = wanted.frame.build();
    const PortStatistics before = statistics();
    const auto first = pass(frame);
    const PortStatistics between = statistics();
    EXPECT_EQ(between.upcalls, before.upcalls + 1);
    EXPECT_EQ(pass(frame), first);
    const PortStatistics after = statistics();
    const uint64_t cached = after.emc_hits + after.megaflow_hits - between.emc_hits - between.megaflow_hits;
    const bool kernel = GetParam() == std::string_view("nft") && wanted.in_kernel;
    EXPECT_EQ(after.upcalls, between.upcalls);
    EXPECT_EQ(after.kernel_hits - between.kernel_hits, kernel ? 1u : 0u);
    EXPECT_EQ(cached, kernel ? 0u : 1u);
    EXPECT_EQ(after.rx.packets, before.rx.packets + 2);
    EXPECT_EQ(after.rx.bytes, before.rx.bytes + 2 * frame.size());
  }
};

TEST_P(DatapathActions, TheSecondPacketCausesNoUpcall) {
  make_hosts(1, 3);
  BridgeBuilder builder(1);
  put(builder.ports(1, 3));
  for (int n = 1; n <= 3; n++) host(1, n);
  await_links_of_s1();
  for (const Case& wanted : kCases) {
    SCOPED_TRACE(wanted.flow);
    check(wanted);
  }
}

INSTANTIATE_TEST_SUITE_P(Datapaths, DatapathActions, testing::Values("userspace", "nft"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace flowbed::sw
