// Real packets through a real datapath. Each test makes a network namespace of its own (as an ordinary user
// inside a user namespace), with veth pairs in it: the switch's end is s1-eth1, the host's end, where the
// test sends and listens with packet sockets, is h1-1.
#pragma once

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
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/slow_path.hh"
#include "tests/switchd/slowpath/bridges.hh"

namespace flowbed::sw {
using namespace std::chrono_literals;

// Returns why it is not possible here, or nothing.
inline std::string enter_own_network() {
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

inline void ip(const std::string& arguments) {
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

class TrafficRig : public testing::Test {
 protected:
  explicit TrafficRig(const char* datapath) : kind_(datapath) {}

  void SetUp() override {
    if (!hindrance_.empty()) GTEST_SKIP() << hindrance_;
    system("sysctl -qw net.ipv6.conf.default.disable_ipv6=1 2>/dev/null");
  }

  ChosenDatapath choose() {
    if (hindrance_.empty()) {
      try {
        return choose_datapath(loop_, parse_datapath_choice(kind_, "datapath"), {});
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
  // What the kernel tells of new links comes late, and then all flows are forgotten.
  void await_links_of_s1() {
    const auto& ports = slow_path_.bridges().find("s1")->ports;
    const auto is_ready = [](const auto& port) { return port->link.up && port->link.sends; };
    for (int i = 0; i < 300 && !std::ranges::all_of(ports, is_ready); i++) settle(10ms);
    settle();
  }
  // These are the rules of s1 from now on; nothing is cached.
  void program(std::initializer_list<const char*> flows) {
    slow_path_.flush("s1");
    change(FlowMod::Command::kDelete, "");
    for (const char* flow : flows) change(FlowMod::Command::kAdd, flow);
  }
  void change(FlowMod::Command command, const char* flow) {
    slow_path_.programs().apply(*slow_path_.bridges().find("s1"), parse_flow(flow, command), monotonic_now());
  }
  void settle(Duration time = 30ms) {
    for (const TimePoint end = monotonic_now() + time; monotonic_now() < end;) loop_.turn(1ms);
  }
  PortTotals totals(int bridge, int n) {
    slow_path_.settle();
    return slow_path_.totals(
        *slow_path_.bridges().find("s" + std::to_string(bridge))->find_port(port_name(bridge, n)));
  }
  PortStatistics port_statistics(int n) {  // of s1
    slow_path_.settle();
    return slow_path_.datapath().port_statistics(
        slow_path_.bridges().find("s1")->find_port(port_name(1, n))->number);
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

  const char* kind_;
  std::string hindrance_ = enter_own_network();  // before all that belongs to a network
  EventLoop loop_;
  ChosenDatapath datapath_ = choose();
  SlowPath slow_path_{datapath_.running->datapath()};
  LinkMonitor links_{loop_,
                     [this](IfIndex index, const LinkFacts& link) { slow_path_.link_changed(index, link); }};
  CaptureWatch captures_{loop_, slow_path_, [this] { return datapath_.running->listening_socket(); }};
  std::map<std::pair<int, int>, std::unique_ptr<Host>> hosts_;
};

}  // namespace flowbed::sw
