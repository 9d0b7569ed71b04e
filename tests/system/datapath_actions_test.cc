// For every action, on every datapath: the second packet of a flow comes out as the first one did, which the
// slow path answered for, and causes no upcall. Where the kernel can do it, the kernel does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/datapath/nft/nft_datapath.hh"
#include "tests/switchd/slowpath/random_frames.hh"
#include "tests/system/traffic_rig.hh"

namespace flowbed::sw {
namespace {

enum class Kernel { kDoesIt, kLeavesIt, kMayChangeTags };

struct Case {
  const char* flow;
  Kernel nftables;
  FrameSpec frame = {};
  bool has_udp_checksum = true;

  std::vector<uint8_t> bytes() const {
    std::vector<uint8_t> bytes = frame.build();
    if (!has_udp_checksum) std::fill_n(bytes.begin() + kEthernetHeaderSize + 20 + 6, 2, uint8_t{0});
    return bytes;
  }
};
using enum Kernel;

const FrameSpec kUdp{.protocol = 17};
const FrameSpec kIpv6{.kind = FrameSpec::kIpv6};
const FrameSpec kArp{.kind = FrameSpec::kArp};
const FrameSpec kTagged{.tags = {5}};
const FrameSpec kFragment{.fragment = 2};

const Case kCases[] = {
    {"actions=2", kDoesIt},
    {"actions=2,3", kDoesIt},
    {"actions=all", kDoesIt},
    {"actions=in_port", kDoesIt},
    {"actions=drop", kDoesIt},
    {"actions=normal", kDoesIt},
    {"arp,actions=2", kDoesIt, kArp},
    {"arp,arp_tpa=10.0.0.2,actions=2", kDoesIt, kArp},
    {"arp,arp_op=1,actions=2", kDoesIt, {.kind = FrameSpec::kArp, .dport = 80}},
    {"ip,nw_dst=10.0.0.0/24,actions=2", kDoesIt},
    {"tcp,tp_dst=80,actions=2", kDoesIt},
    {"tcp,tcp_flags=+syn,actions=2", kDoesIt},
    {"udp,tp_src=1,actions=2", kDoesIt, kUdp},
    {"ipv6,actions=2", kDoesIt, kIpv6},
    {"tcp6,tp_dst=80,actions=2", kDoesIt, kIpv6},
    {"ip,nw_frag=later,actions=2", kLeavesIt, kFragment},
    {"dl_vlan=5,actions=2", kDoesIt, kTagged},
    {"actions=mod_dl_dst:00:00:00:00:00:07,2", kDoesIt},
    {"actions=mod_dl_src:00:00:00:00:00:07,2,mod_dl_src:00:00:00:00:00:08,3", kDoesIt},
    {"tcp,actions=mod_nw_dst:10.0.0.9,mod_tp_dst:8080,1,mod_tp_dst:81,2,mod_nw_tos:32,3", kDoesIt},
    {"ip,actions=dec_ttl,2,dec_ttl,3", kDoesIt},
    {"actions=mod_dl_dst:00:00:00:00:00:11,2,mod_dl_dst:00:00:00:00:00:12,2,mod_dl_dst:00:00:00:00:00:13,2,"
     "mod_dl_dst:00:00:00:00:00:14,2,mod_dl_dst:00:00:00:00:00:15,2,mod_dl_dst:00:00:00:00:00:16,3",
     kDoesIt},
    {"tcp6,actions=set_field:fd00::9->ipv6_dst,2,set_field:fd00::8->ipv6_dst,3", kDoesIt, kIpv6},
    {"ip,actions=mod_nw_dst:10.0.0.9,2", kDoesIt},
    {"tcp,actions=mod_nw_src:10.0.0.9,mod_tp_dst:8080,2", kDoesIt},
    {"udp,actions=mod_nw_dst:10.0.0.9,2", kDoesIt, kUdp},
    {"udp,actions=mod_tp_dst:9,2", kDoesIt, kUdp},
    {"udp,actions=mod_tp_dst:9,2,mod_tp_dst:10,3", kDoesIt, kUdp},
    {"udp,actions=mod_tp_dst:9,2", kLeavesIt, kUdp, false},
    {"udp,actions=mod_nw_dst:10.0.0.9,2", kDoesIt, kUdp, false},
    {"ip,actions=dec_ttl,2", kDoesIt},
    {"ip,actions=mod_nw_tos:32,2", kDoesIt},
    {"ipv6,actions=dec_ttl,2", kDoesIt, kIpv6},
    {"ipv6,actions=set_field:8->ip_dscp,2", kDoesIt, kIpv6},
    {"tcp6,actions=set_field:fd00::9->ipv6_dst,2", kDoesIt, kIpv6},
    {"actions=mod_vlan_vid:7,2", kLeavesIt},
    {"dl_vlan=5,actions=mod_vlan_vid:7,2", kMayChangeTags, kTagged},
    {"dl_vlan=5,actions=2,mod_vlan_vid:7,3", kMayChangeTags, kTagged},
    {"dl_vlan=5,actions=mod_vlan_vid:7,2,mod_vlan_pcp:3,3,mod_dl_dst:00:00:00:00:00:07,1", kMayChangeTags,
     kTagged},
    {"dl_vlan=5,actions=strip_vlan,2", kLeavesIt, kTagged},
    {"ip,actions=push_mpls:0x8847,2", kLeavesIt},
    {"actions=3,mod_dl_dst:00:00:00:00:00:07,2", kDoesIt},
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

  bool is_for_kernel(const Case& wanted) {
    const auto* nft = dynamic_cast<const NftDatapath*>(&datapath_.running->datapath());
    if (!nft || wanted.nftables == kLeavesIt) return false;
    return wanted.nftables == kDoesIt || nft->changes_tags();
  }

  void check(const Case& wanted) {
    program({wanted.flow});
    const std::vector<uint8_t> frame = wanted.bytes();
    const PortStatistics before = statistics();
    const auto first = pass(frame);
    const PortStatistics between = statistics();
    EXPECT_EQ(between.upcalls, before.upcalls + 1);
    EXPECT_EQ(pass(frame), first);
    const PortStatistics after = statistics();
    const uint64_t cached = after.emc_hits + after.megaflow_hits - between.emc_hits - between.megaflow_hits;
    const bool kernel = is_for_kernel(wanted);
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
