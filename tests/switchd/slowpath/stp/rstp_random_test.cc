// Random networks of bridges against an oracle that computes the tree which the standard's rules define, and
// against the rule that the forwarding ports never close a loop: at no moment while links only come, seldom
// when one goes (the gap that rstp.hh tells of), and never to stay.

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/slowpath/stp/rstp_network.hh"

namespace flowbed::sw {
namespace {

// The tree by definition: relax ways to the root until none gets better.
class Oracle {
 public:
  explicit Oracle(const RstpNetwork& network) : network_(network) {
    for (int n = 1; n <= network.bridge_count(); n++) {
      if (network.alive(n)) best_[n] = {{bridge_id_of(n), 0, bridge_id_of(n), PortId{}}, PortId{}};
    }
    for (bool better = true; better;) {
      better = false;
      for (const Wire& wire : network.wires()) {
        if (!counts(wire)) continue;
        better |= relax(wire.a, wire.b);
        better |= relax(wire.b, wire.a);
      }
    }
  }

  PortRole role(const Wire& wire, End end) const {
    const End other = end == wire.a ? wire.b : wire.a;
    if (best_.at(end.bridge).second == make_port_id(end.port)) return PortRole::kRoot;
    if (said_at(end) < said_at(other)) return PortRole::kDesignated;
    return other.bridge == end.bridge ? PortRole::kBackup : PortRole::kAlternate;
  }
  bool counts(const Wire& wire) const {
    return wire.up && network_.alive(wire.a.bridge) && network_.alive(wire.b.bridge);
  }

 private:
  using Way = std::pair<PriorityVector, PortId>;  // and the port where it begins

  PriorityVector said_at(End end) const {
    const PriorityVector& root = best_.at(end.bridge).first;
    return {root.root, root.root_path_cost, bridge_id_of(end.bridge), make_port_id(end.port)};
  }
  bool relax(End from, End to) {
    if (from.bridge == to.bridge) return false;
    PriorityVector path = said_at(from);
    path.root_path_cost += network_.config(to.bridge).ports.at(to.port).path_cost;
    const Way way{path, make_port_id(to.port)};
    if (way >= best_[to.bridge]) return false;
    best_[to.bridge] = way;
    return true;
  }

  const RstpNetwork& network_;
  std::map<int, Way> best_;
};

class Trial {
 public:
  explicit Trial(unsigned seed) : random_(seed), network_(2 + pick(14), seed) {
    const int bridges = network_.bridge_count();
    for (int n = 2; n <= bridges; n++) add_wire(n, 1 + pick(n - 1));
    for (int extra = pick(2 * bridges); extra > 0; extra--) add_wire(1 + pick(bridges), 1 + pick(bridges));
    network_.on_change = [this] { looped_ |= network_.has_loop(); };
  }

  void run() {
    network_.start();
    settle_and_compare();
    EXPECT_FALSE(looped_) << "at the start";
    for (int i = 0; i < 10 && !testing::Test::HasFailure(); i++) {
      looped_ = false;
      const bool cut = change_something();
      settle_and_compare();
      EXPECT_TRUE(cut || !looped_) << "a link came, and a loop with it";
      cuts_ += cut;
      loops_at_cuts_ += looped_;
    }
  }
  int cuts() const { return cuts_; }
  int loops_at_cuts() const { return loops_at_cuts_; }
  int longest() const { return longest_; }

 private:
  static constexpr int kMaxSettling = 30;  // s: longer than old news lives

  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  void add_wire(int a, int b) {
    const uint32_t costs[] = {2'000, 20'000, 20'000, 200'000};
    network_.wire(a, b, costs[pick(4)]);
  }

  bool change_something() {
    const auto wire = static_cast<size_t>(pick(static_cast<int>(network_.wires().size())));
    const bool cut = network_.wires()[wire].up;
    network_.set_wire(wire, !cut);
    return cut;
  }

  void settle_and_compare() {
    const int seconds = network_.settle(kMaxSettling);
    EXPECT_GE(seconds, 0) << "never settles";
    longest_ = std::max(longest_, seconds);
    network_.pass(45);
    const Oracle oracle(network_);
    for (const Wire& wire : network_.wires()) {
      for (const End end : {wire.a, wire.b}) compare(oracle, wire, end);
    }
    EXPECT_FALSE(network_.has_loop());
  }
  void compare(const Oracle& oracle, const Wire& wire, End end) {
    const RstpPort& port = network_.port(end);
    const PortRole role = oracle.counts(wire) ? oracle.role(wire, end) : PortRole::kDisabled;
    EXPECT_EQ(port.role, role) << end.bridge << "/" << end.port;
    EXPECT_EQ(port.forwarding, role == PortRole::kRoot || role == PortRole::kDesignated)
        << end.bridge << "/" << end.port;
  }

  std::mt19937 random_;
  RstpNetwork network_;
  bool looped_ = false;
  int cuts_ = 0, loops_at_cuts_ = 0, longest_ = 0;
};

TEST(RstpRandom, TheTreeIsTheOneByDefinitionAndHasNoLoop) {
  const unsigned first_seed = std::random_device{}();
  int longest = 0, cuts = 0, loops = 0;
  for (unsigned i = 0; i < 300 && !testing::Test::HasFailure(); i++) {
    SCOPED_TRACE("seed " + std::to_string(first_seed + i));
    Trial trial(first_seed + i);
    trial.run();
    longest = std::max(longest, trial.longest());
    cuts += trial.cuts();
    loops += trial.loops_at_cuts();
  }
  EXPECT_LE(loops, cuts / 20);
  RecordProperty("longest_settling_s", longest);
  RecordProperty("loops_per_1000_cuts", 1000 * loops / std::max(cuts, 1));
}

}  // namespace
}  // namespace flowbed::sw
