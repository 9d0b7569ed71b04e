// Bridges that run spanning tree, joined by fake wires, in virtual time. Every BPDU is written to bytes and
// read again on its way.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include "switchd/slowpath/stp/rstp.hh"

namespace flowbed::sw {

struct End {
  int bridge = 0;
  uint16_t port = 0;
  auto operator<=>(const End&) const = default;
};

struct Wire {
  End a, b;
  bool up = true;
};

// Bridge n has the priority and address n, so bridge 1 is the root while it is there.
inline BridgeId bridge_id_of(int bridge) {
  return make_bridge_id(32768, MacAddress::from_uint64(static_cast<uint64_t>(bridge)));
}

class RstpNetwork {
 public:
  explicit RstpNetwork(int bridges, unsigned seed = 1)
      : random_(seed), bridges_(static_cast<size_t>(bridges) + 1) {
    for (int n = 1; n <= bridges; n++) config_[n].id = bridge_id_of(n);
  }

  // Wires take the next port of each bridge. They do nothing before `start`.
  size_t wire(int a, int b, uint32_t cost = 20'000) {
    const End at_a = add_port(a, cost), at_b = add_port(b, cost);
    wires_.push_back({at_a, at_b});
    return wires_.size() - 1;
  }
  uint16_t host(int bridge, bool admin_edge = true) {
    const End end = add_port(bridge, 20'000);
    config_[bridge].ports[end.port].admin_edge = admin_edge;
    config_[bridge].ports[end.port].enabled = true;
    return end.port;
  }
  void start() {
    for (auto& [n, config] : config_) apply(n);
  }

  void set_wire(size_t wire, bool up) {
    wires_[wire].up = up;
    for (const End end : {wires_[wire].a, wires_[wire].b}) {
      if (!up) under_way_.erase(end);
      if (alive(end.bridge)) config_[end.bridge].ports[end.port].enabled = up;
      if (alive(end.bridge)) apply(end.bridge);
    }
  }
  // Its links lose their carrier, or, if it dies silently, nobody is told.
  void kill(int bridge, bool silently) {
    dead_.insert(bridge);
    if (silently) return;
    for (size_t i = 0; i < wires_.size(); i++) {
      if (wires_[i].a.bridge == bridge || wires_[i].b.bridge == bridge) set_wire(i, false);
    }
  }

  // Delivers what is under way, and what follows from it, wire by wire in random order. Returns how many.
  size_t deliver() {
    size_t count = 0;
    for (; !under_way_.empty(); count++) deliver_one();
    return count;
  }
  bool deliver_one() {
    if (under_way_.empty()) return false;
    auto wire = std::next(under_way_.begin(), static_cast<long>(random_() % under_way_.size()));
    const auto [to, frame] = std::pair(wire->first, wire->second.front());
    wire->second.pop_front();
    if (wire->second.empty()) under_way_.erase(wire);
    const auto bpdu = parse_bpdu(frame);
    if (bpdu && alive(to.bridge)) carry_out(to.bridge, bridges_[at(to.bridge)].receive(to.port, *bpdu));
    return true;
  }
  // Each bridge's second ends at its own moment.
  void pass_second() {
    for (size_t n = 1; n < bridges_.size(); n++) {
      if (alive(static_cast<int>(n))) carry_out(static_cast<int>(n), bridges_[n].tick());
      deliver();
    }
  }
  void pass(int seconds) {
    for (int i = 0; i < seconds; i++) pass_second();
  }
  void receive(End end, const Bpdu& bpdu) {
    carry_out(end.bridge, bridges_[at(end.bridge)].receive(end.port, bpdu));
  }

  bool settled() const {
    for (size_t n = 1; n < bridges_.size(); n++) {
      if (alive(static_cast<int>(n)) && !bridges_[n].ports_in_transition().empty()) return false;
    }
    return under_way_.empty();
  }
  // Seconds until all ports are where they are to stay; -1: not within `limit`.
  int settle(int limit) {
    deliver();
    for (int seconds = 0; seconds <= limit; seconds++) {
      if (settled()) return seconds;
      pass_second();
    }
    return -1;
  }

  const RstpPort& port(End end) const { return *bridges_[at(end.bridge)].port(end.port); }
  const RstpState& bridge(int n) const { return bridges_[at(n)].state(); }
  const std::vector<Wire>& wires() const { return wires_; }
  const RstpConfig& config(int n) const { return config_.at(n); }
  int bridge_count() const { return static_cast<int>(bridges_.size()) - 1; }
  bool alive(int bridge) const { return !dead_.contains(bridge); }
  std::vector<std::pair<End, Bpdu>>& sent() { return sent_; }
  std::vector<End>& flushed() { return flushed_; }
  // Called after every change of a port's state.
  std::function<void()> on_change;

  bool passes(const Wire& wire) const {
    return wire.up && alive(wire.a.bridge) && alive(wire.b.bridge) && port(wire.a).forwarding &&
           port(wire.b).forwarding;
  }
  size_t blocked_wires() const {
    return static_cast<size_t>(
        std::ranges::count_if(wires_, [&](const Wire& w) { return w.up && !passes(w); }));
  }
  // By the wires that pass packets: which group of bridges reach each other; a wire too many is a loop.
  bool has_loop() const { return join_groups().second; }
  bool all_connected() const {
    const auto groups = join_groups().first;
    std::set<int> distinct;
    for (int n = 1; n <= bridge_count(); n++) {
      if (alive(n)) distinct.insert(groups[at(n)]);
    }
    return distinct.size() <= 1;
  }

 private:
  static size_t at(int bridge) { return static_cast<size_t>(bridge); }

  End add_port(int bridge, uint32_t cost) {
    auto& ports = config_[bridge].ports;
    const auto number = static_cast<uint16_t>(ports.size() + 1);
    ports[number] = {.link = 1, .enabled = true, .admin_edge = false, .path_cost = cost};
    return {bridge, number};
  }
  void apply(int bridge) { carry_out(bridge, bridges_[at(bridge)].configure(config_[bridge])); }

  void carry_out(int bridge, const RstpEffects& effects) {
    for (const uint16_t port : effects.flush) flushed_.push_back({bridge, port});
    if (!effects.changed.empty() && on_change) on_change();
    for (const auto& [port, frame] : effects.frames) send({bridge, port}, frame);
  }
  void send(End from, const BpduFrame& frame) {
    sent_.emplace_back(from, *parse_bpdu(frame));
    for (const Wire& wire : wires_) {
      if (!wire.up) continue;
      if (wire.a == from) under_way_[wire.b].push_back(frame);
      if (wire.b == from) under_way_[wire.a].push_back(frame);
    }
  }
  std::pair<std::vector<int>, bool> join_groups() const {
    std::vector<int> group(bridges_.size());
    for (size_t n = 0; n < group.size(); n++) group[n] = static_cast<int>(n);
    bool loop = false;
    for (const Wire& wire : wires_) {
      if (!passes(wire)) continue;
      const int one = group[at(wire.a.bridge)], other = group[at(wire.b.bridge)];
      loop |= one == other;
      std::ranges::replace(group, one, other);
    }
    return {group, loop};
  }

  std::mt19937 random_;
  std::vector<Rstp> bridges_;  // 0 is nobody
  std::map<int, RstpConfig> config_;
  std::vector<Wire> wires_;
  std::map<End, std::deque<BpduFrame>> under_way_;  // by where they will arrive
  std::set<int> dead_;
  std::vector<std::pair<End, Bpdu>> sent_;
  std::vector<End> flushed_;
};

inline RstpNetwork ring_of(int bridges, unsigned seed = 1) {
  RstpNetwork ring(bridges, seed);
  for (int n = 1; n <= bridges; n++) ring.wire(n, n % bridges + 1);
  ring.start();
  return ring;
}

}  // namespace flowbed::sw
