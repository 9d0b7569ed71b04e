// The cached verdict is the slow path's verdict: two switchds get the same random packets and events on the
// same random network. One has its caches; the other forgets every flow at once, so that each packet is
// translated anew. What leaves must be equal packet by packet, and counters and address tables must be equal
// whenever they are settled.

#include <algorithm>
#include <deque>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/slowpath/slow_path.hh"
#include "tests/switchd/recording_output.hh"
#include "tests/switchd/slowpath/bridges.hh"
#include "tests/switchd/slowpath/forgetful_datapath.hh"

namespace flowbed::sw {
namespace {

// Keeps the frames that spanning tree sends.
template <class Base>
class WithBpdus : public Base {
 public:
  using Base::Base;
  void send(PortNo port, std::span<const uint8_t> frame) override {
    bpdus.emplace_back(port, std::vector<uint8_t>(frame.begin(), frame.end()));
  }
  std::deque<std::pair<PortNo, std::vector<uint8_t>>> bpdus;
};

// One switchd without descriptors. What leaves by a link's device arrives at its other end, as in the kernel.
template <class DatapathType>
struct System {
  RecordingOutput output;
  WithBpdus<DatapathType> datapath{output};
  SlowPath slow_path{datapath};
  // What those who export traffic were told: by what it is, packets and bytes.
  std::map<std::vector<uint64_t>, std::pair<uint64_t, uint64_t>> told;

  System() {
    MonitorEvents events;
    events.sampled = [this](const PacketSample& sample) {
      const Packet& packet = sample.packet;
      tell({0, to_number(sample.in.config.ifindex), packet.vlan.tci}, sample.leaving, 1, packet.wire.bytes);
    };
    events.observed = [this](const Observation& o, uint64_t packets, uint64_t bytes, TimePoint) {
      std::vector<uint64_t> what = {1, o.bridge, to_number(o.in_index), o.vlan.vid(), o.has_more_tags};
      what.insert(what.end(), std::begin(o.key.words), std::end(o.key.words));
      tell(what, o.leaving, packets, bytes + packets * static_cast<uint64_t>(int64_t{o.extra_bytes}));
    };
    slow_path.set_monitor_events(std::move(events));
  }
  void tell(std::vector<uint64_t> what, const Leaving& leaving, uint64_t packets, uint64_t bytes) {
    for (const uint64_t more : {leaving.ports, to_number(leaving.port), uint32_t{leaving.tag.tci}})
      what.push_back(more);
    auto& [all_packets, all_bytes] = told[what];
    all_packets += packets;
    all_bytes += bytes;
  }

  std::vector<Sent> receive(IfIndex from, const Packet& packet, TimePoint now) {
    std::vector<Sent> left;
    ReceivedPacket received{from, packet};
    datapath.receive({&received, 1}, now);
    for (const Sent& sent : output.take()) {
      const BridgePort* port = slow_path.bridges().port(sent.to);
      if (!port->peer) {
        left.push_back(sent);
        continue;
      }
      Packet across = packet;
      across.vlan = sent.vlan;
      for (const Sent& more : receive(port->peer->config.ifindex, across, now)) left.push_back(more);
    }
    std::ranges::sort(left, {}, [](const Sent& s) { return std::tuple(s.to, s.vlan.tpid, s.vlan.tci); });
    return left;
  }

  void deliver_bpdus(TimePoint now) {
    while (!datapath.bpdus.empty()) {
      const auto [from, frame] = datapath.bpdus.front();
      datapath.bpdus.pop_front();
      const BridgePort* port = slow_path.bridges().port(from);
      if (!port || !port->peer || !port->link.up || !port->peer->link.up) continue;
      ReceivedPacket received{port->peer->config.ifindex,
                              {.bytes = frame, .vlan = {}, .offload = {}, .wire = {}}};
      datapath.receive({&received, 1}, now);
    }
  }

  std::map<std::string, std::vector<uint64_t>> counters() {
    slow_path.settle();
    std::map<std::string, std::vector<uint64_t>> all;
    for (const auto& [name, bridge] : slow_path.bridges().bridges()) {
      for (const auto& port : bridge->ports) {
        const auto [rx, tx] = slow_path.totals(*port);
        all[port->config.name] = {rx.packets, rx.bytes, rx.dropped, tx.packets, tx.bytes, tx.dropped};
      }
    }
    return all;
  }

  using Addresses = std::map<std::pair<std::string, MacKey>, std::pair<PortNo, TimePoint>>;
  Addresses addresses() {
    slow_path.settle();
    Addresses all;
    for (const auto& [name, bridge] : slow_path.bridges().bridges()) {
      for (const auto& entry : bridge->macs.entries()) all[{name, entry.key}] = {entry.port, entry.used};
    }
    return all;
  }
};

class Differential {
 public:
  explicit Differential(unsigned seed) : random_(seed) {
    bridge_count_ = 1 + pick(5);
    spanning_tree_ = pick(2) == 0;
    link_bridges();
    for (int i = 1; i <= bridge_count_; i++) put_bridge(i);
  }

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); i++) {
      now_ += std::chrono::milliseconds(pick(50));
      if (pick(100) < 3) {
        change_something();
      } else {
        send_packet();
      }
    }
    compare_state();
  }
  uint64_t cache_hits() const {
    uint64_t hits = 0;
    for (const auto& [name, bridge] : cached_.slow_path.bridges().bridges()) {
      for (const auto& port : bridge->ports) {
        const PortStatistics s = cached_.datapath.port_statistics(port->number);
        hits += s.emc_hits + s.megaflow_hits;
      }
    }
    return hits;
  }

 private:
  static constexpr int kHostPorts = 3;  // of each bridge; ports of links come after

  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  template <class Change>
  void both(Change change) {
    change(cached_.slow_path);
    change(uncached_.slow_path);
    cached_.deliver_bpdus(now_);
    uncached_.deliver_bpdus(now_);
  }

  // A tree, and now and then one link more, which makes a loop.
  void link_bridges() {
    for (int i = 2; i <= bridge_count_; i++) add_link(i, 1 + pick(i - 1));
    if (bridge_count_ > 2 && pick(4) == 0) add_link(1, bridge_count_);
    for (int i = pick(4); spanning_tree_ && i > 0; i--)
      add_link(1 + pick(bridge_count_), 1 + pick(bridge_count_));
  }
  void add_link(int a, int b) {
    const int port_a = kHostPorts + 1 + static_cast<int>(links_[a].size());
    const int port_b = kHostPorts + 1 + static_cast<int>(links_[b].size()) + (a == b);
    links_[a].push_back({b, port_b});
    links_[b].push_back({a, port_a});
  }

  PortVlans random_vlans() {
    switch (pick(5)) {
      case 0:
        return access_vlan(static_cast<uint16_t>(1 + pick(2)));
      case 1:
        return trunk({1, 2});
      case 2:
        return {.untagged = 1, .trunks = std::vector<uint16_t>{2}};
      default:
        return {};
    }
  }

  void put_bridge(int number) {
    BridgeBuilder builder(number);
    for (int n = 1; n <= kHostPorts; n++) builder.port(n, random_vlans());
    int n = kHostPorts;
    for (const auto& [other, other_port] : links_[number])
      builder.link(++n, other, other_port, random_vlans());
    if (pick(4) == 0) builder.mirror({1, n}, pick(2) == 0, pick(2) == 0, 2);
    if (spanning_tree_ && pick(8) != 0) builder.spanning_tree();
    BridgeConfig config = builder.config();
    config.mac_ageing = std::chrono::seconds(1 + pick(5));
    config.monitor = {.sample_one_in = pick(3) == 0 ? 1u : 0u, .flows = pick(3) == 0};
    both([&](SlowPath& s) { s.put_bridge(config, all_links_up); });
  }

  IfIndex random_port() {
    const int bridge = 1 + pick(bridge_count_);
    return port_index(bridge, 1 + pick(kHostPorts + static_cast<int>(links_[bridge].size())));
  }

  void change_something() {
    const std::string bridge = "s" + std::to_string(1 + pick(bridge_count_));
    const IfIndex port = random_port();
    const LinkFacts link{
        .up = pick(3) != 0, .mtu = 1500u - 500u * static_cast<unsigned>(pick(2)), .shaped = pick(4) == 0};
    const bool running = pick(4) != 0;
    CaptureSet captures{.everywhere = pick(8) == 0, .interfaces = {}};
    if (pick(2) == 0) captures.interfaces.insert(port);
    switch (pick(spanning_tree_ ? 10 : 7)) {
      case 0:
        return put_bridge(1 + pick(bridge_count_));
      case 1:
        return both([&](SlowPath& s) { s.link_changed(port, link); });
      case 2:
        return both([&](SlowPath& s) { s.set_running(bridge, running); });
      case 3:
        return both([&](SlowPath& s) { s.captures_changed(captures); });
      case 4:
        return both([&](SlowPath& s) { s.flush(bridge); });
      case 5:
        return compare_state();
      case 7:
      case 8:
      case 9:
        return both([&](SlowPath& s) { s.tick_spanning_trees(); });
      default:
        return both([&](SlowPath& s) { s.maintain(now_); });
    }
  }

  std::string random_mac() {
    if (pick(10) == 0) return pick(3) ? std::string(kBroadcast) : "01:80:c2:00:00:00";
    return "00:00:00:00:00:0" + std::to_string(pick(6));
  }

  void send_packet() {
    const int host_port = 1 + pick(kHostPorts);
    const IfIndex from = port_index(1 + pick(bridge_count_), host_port);
    Bytes bytes = ethernet(random_mac(), random_mac(), pick(2) ? 0x0800 : 0x88b5);
    bytes.zeros(static_cast<size_t>(46 + pick(2) * 1300)).u8(static_cast<unsigned>(pick(256)));
    const VlanTag tag =
        pick(2) ? VlanTag{} : vlan_tag(static_cast<unsigned>(pick(4)), static_cast<unsigned>(pick(8)));
    const Packet packet = packet_of(bytes, tag);
    const auto expected = uncached_.receive(from, packet, now_);
    const auto actual = cached_.receive(from, packet, now_);
    EXPECT_EQ(actual.size(), expected.size());
    EXPECT_EQ(actual, expected);
  }

  void compare_state() {
    EXPECT_EQ(cached_.counters(), uncached_.counters());
    EXPECT_EQ(cached_.addresses(), uncached_.addresses());
    EXPECT_EQ(cached_.told, uncached_.told);
  }

  std::mt19937 random_;
  int bridge_count_ = 0;
  bool spanning_tree_ = false;                             // at most bridges, and more links
  std::map<int, std::vector<std::pair<int, int>>> links_;  // by bridge: the other bridge and its port
  System<UserspaceDatapath> cached_;
  System<ForgetfulDatapath> uncached_;
  TimePoint now_{std::chrono::hours(1)};
};

TEST(Differential, CachedVerdictIsTheSlowPathsVerdict) {
  const unsigned first_seed = std::random_device{}();
  uint64_t hits = 0;
  for (unsigned i = 0; i < 150 && !testing::Test::HasFailure(); i++) {
    SCOPED_TRACE("seed " + std::to_string(first_seed + i));
    Differential differential(first_seed + i);
    differential.run(1000);
    hits += differential.cache_hits();
  }
  EXPECT_GT(hits, 20000u) << "the caches answered too seldom for this to prove anything";
}

}  // namespace
}  // namespace flowbed::sw
