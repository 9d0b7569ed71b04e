// Real packets through the real datapaths. Each test makes a network namespace of its own (as an
// ordinary user inside a user namespace), with veth pairs in it: the switch's end is s1-eth1, the host's end,
// where the test sends and listens with packet sockets, is h1-1.

#include <cstdlib>
#include <fstream>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "switchd/control/capture_watch.hh"
#include "switchd/datapath/link_monitor.hh"
#include "switchd/datapath_choice.hh"
#include "switchd/slowpath/slow_path.hh"
#include "tests/switchd/slowpath/bridges.hh"

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;

// Returns why it is not possible here, or nothing.
std::string enter_own_network() {
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  if (unshare(uid == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET) != 0) {
    return std::string("no network namespace of one's own is allowed here: ") + strerror(errno);
  }
  if (uid != 0) {
    try_write_file("/proc/self/setgroups", "deny");
    try_write_file("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1");
    try_write_file("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1");
  }
  return "";
}

void ip(const std::string& arguments) {
  ASSERT_EQ(system(("ip " + arguments).c_str()), 0) << "ip " << arguments;
}

struct Received {
  std::vector<uint8_t> bytes;
  VlanTag vlan;
};

// The host's end of a veth pair: what is sent here comes in at the switch's port.
class Host {
 public:
  explicit Host(const std::string& interface)
      : socket_(check_syscall("socket", socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))) {
    const int one = 1;
    setsockopt(socket_.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one);
    setsockopt(socket_.get(), SOL_PACKET, PACKET_AUXDATA, &one, sizeof one);
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
    check_syscall("bind", bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address));
  }

  void send(const Bytes& bytes) {
    check_syscall("send", ::send(socket_.get(), bytes.get().data(), bytes.get().size(), 0));
  }

  std::vector<Received> take() {
    std::vector<Received> all;
    for (;;) {
      std::vector<uint8_t> bytes(4096);
      iovec part{bytes.data(), bytes.size()};
      alignas(cmsghdr) char control[256];
      msghdr message{};
      message.msg_iov = &part;
      message.msg_iovlen = 1;
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      const ssize_t size = recvmsg(socket_.get(), &message, 0);
      if (size < 0) return all;
      bytes.resize(static_cast<size_t>(size));
      all.push_back({bytes, tag_of(message)});
    }
  }

 private:
  static VlanTag tag_of(msghdr& message) {
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
      if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA) continue;
      tpacket_auxdata aux;
      memcpy(&aux, CMSG_DATA(c), sizeof aux);
      if (aux.tp_status & TP_STATUS_VLAN_VALID) return {aux.tp_vlan_tpid, aux.tp_vlan_tci};
    }
    return {};
  }

  FileDescriptor socket_;
};

class SwitchdTraffic : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!hindrance_.empty()) GTEST_SKIP() << hindrance_;
    system("sysctl -qw net.ipv6.conf.default.disable_ipv6=1 2>/dev/null");
  }

  ChosenDatapath choose() {
    if (hindrance_.empty()) {
      try {
        return choose_datapath(loop_, parse_datapath_choice(GetParam(), "datapath"), {});
      } catch (const SystemError& fault) {
        hindrance_ = std::string("this kernel lacks what the datapath needs: ") + fault.what();
      }
    }
    return choose_datapath(loop_, DatapathChoice::kUserspace, {});
  }

  void make_hosts(int bridge, int count) {
    for (int n = 1; n <= count; n++) {
      const std::string end = host_name(bridge, n);
      ip("link add " + port_name(bridge, n) + " up type veth peer name " + end);
      ip("link set " + end + " up");
    }
  }
  void make_link(int a, int port_a, int b, int port_b) {
    ip("link add " + port_name(a, port_a) + " up type veth peer name " + port_name(b, port_b));
    ip("link set " + port_name(b, port_b) + " up");
  }
  static std::string host_name(int bridge, int n) {
    return "h" + std::to_string(bridge) + "-" + std::to_string(n);
  }
  Host& host(int bridge, int n) {
    auto& slot = hosts_[{bridge, n}];
    if (!slot) slot = std::make_unique<Host>(host_name(bridge, n));
    return *slot;
  }

  void put(const BridgeBuilder& builder) {
    BridgeConfig config = builder.config();
    for (PortConfig& port : config.ports) port.ifindex = IfIndex{if_nametoindex(port.interface.c_str())};
    links_.refresh();
    slow_path_.put_bridge(config, [this](IfIndex index) { return links_.find(index); });
  }
  void settle(Duration time = 30ms) {
    for (const TimePoint end = monotonic_now() + time; monotonic_now() < end;) loop_.turn(1ms);
  }
  PortTotals totals(int bridge, int n) {
    slow_path_.settle();
    return slow_path_.totals(
        *slow_path_.bridges().find("s" + std::to_string(bridge))->find_port(port_name(bridge, n)));
  }
  static uint64_t device_packets(const std::string& interface) {
    uint64_t packets = 0;
    std::ifstream file("/proc/net/dev");
    for (std::string line; std::getline(file, line);) {
      if (line.find(interface + ":") != std::string::npos) {
        sscanf(line.c_str() + line.find(':') + 1, "%*s %lu", &packets);
      }
    }
    return packets;
  }

  std::string hindrance_ = enter_own_network();  // before all that belongs to a network
  EventLoop loop_;
  ChosenDatapath datapath_ = choose();
  SlowPath slow_path_{datapath_.running->datapath()};
  LinkMonitor links_{loop_,
                     [this](IfIndex index, const LinkFacts& link) { slow_path_.link_changed(index, link); }};
  CaptureWatch captures_{loop_, slow_path_, [this] { return datapath_.running->listening_socket(); }};
  std::map<std::pair<int, int>, std::unique_ptr<Host>> hosts_;
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

TEST_P(SwitchdTraffic, ChainBypassesTheLinkUntilSomebodyCaptures) {
  make_hosts(1, 1);
  make_hosts(2, 1);
  make_link(1, 2, 2, 2);
  put(BridgeBuilder(1).port(1).link(2, 2, 2));
  put(BridgeBuilder(2).port(1).link(2, 1, 2));
  host(1, 1), host(2, 1);
  const uint64_t before = device_packets("s2-eth2");
  for (int i = 0; i < 10; i++) host(1, 1).send(frame(kMac2, kMac1));
  settle();
  EXPECT_EQ(host(2, 1).take().size(), 10u);
  EXPECT_EQ(device_packets("s2-eth2"), before);
  EXPECT_EQ(totals(1, 2).tx.packets, 10u);
  EXPECT_EQ(totals(2, 2).rx.packets, 10u);

  Host capture("s2-eth2");
  settle(300ms);
  for (int i = 0; i < 10; i++) host(1, 1).send(frame(kMac2, kMac1));
  settle();
  EXPECT_EQ(host(2, 1).take().size(), 10u);
  EXPECT_EQ(capture.take().size(), 10u);
  EXPECT_EQ(totals(1, 2).tx.packets, 20u);
  EXPECT_EQ(totals(2, 2).rx.packets, 20u);
}

TEST_P(SwitchdTraffic, ChainTakesTheRealLinkWhileItHasAQdisc) {
  make_hosts(1, 1);
  make_hosts(2, 1);
  make_link(1, 2, 2, 2);
  put(BridgeBuilder(1).port(1).link(2, 2, 2));
  put(BridgeBuilder(2).port(1).link(2, 1, 2));
  host(1, 1), host(2, 1);
  const auto packets_through_the_device = [this] {
    settle();
    const uint64_t before = device_packets("s2-eth2");
    for (int i = 0; i < 10; i++) host(1, 1).send(frame(kMac2, kMac1));
    settle();
    EXPECT_EQ(host(2, 1).take().size(), 10u);
    return device_packets("s2-eth2") - before;
  };
  EXPECT_EQ(packets_through_the_device(), 0u);
  ASSERT_EQ(system("tc qdisc add dev s1-eth2 root pfifo limit 100"), 0);
  EXPECT_EQ(packets_through_the_device(), 10u);
  ASSERT_EQ(system("tc qdisc del dev s1-eth2 root"), 0);
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

INSTANTIATE_TEST_SUITE_P(Datapaths, SwitchdTraffic, testing::Values("userspace", "nft"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace flowbed::sw
