// The cached verdict is the pipeline's verdict: two switchds are told the same and get the same packets. One
// has its caches; the other forgets every flow at once, so that each packet is translated anew. Frames,
// packet-ins and removed rules must be equal after each step, and all counters whenever they are settled.
//
// FLOWBED_DIFFERENTIAL_SEED=N runs one seed; FLOWBED_DIFFERENTIAL_ROUNDS=N so many instead of a few. What
// differs is shrunk to the steps that matter before it is shown.

#include <cstdlib>
#include <functional>

#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "tests/switchd/slowpath/pipeline_rig.hh"
#include "tests/switchd/slowpath/random_program.hh"

namespace flowbed::sw {
namespace {

constexpr int kBridges = 2;
using Steps = std::vector<Step>;

template <class DatapathType>
class Runner {
 public:
  // s2 has VLANs and a mirror.
  Runner() {
    BridgeConfig config = rig_.bridge(2).config;
    config.ports[1].vlans = access_vlan(1);
    config.ports[2].vlans = trunk({1, 2});
    config.mirrors.push_back({.ports = {port_name(2, 1), port_name(2, 6)}, .output = port_name(2, 5)});
    config.mac_ageing = 5s;
    rig_.slow_path.put_bridge(config, all_links_up);
  }

  // What could be seen.
  std::vector<std::string> run(const Step& step) {
    std::vector<std::string> seen;
    try {
      apply(step);
    } catch (const Error& fault) {
      seen.push_back(std::string("refused: ") + fault.what());
      refused_++;
    }
    for (std::string& event : rig_.take_events()) seen.push_back(std::move(event));
    if (step.kind == Step::kCompare) seen = rig_.state();
    return seen;
  }
  unsigned refused() const { return refused_; }
  uint64_t cache_hits() {
    uint64_t hits = 0;
    for (int bridge = 1; bridge <= kBridges; bridge++) {
      for (const auto& port : rig_.bridge(bridge).ports) {
        const PortStatistics statistics = rig_.datapath.port_statistics(port->number);
        hits += statistics.emc_hits + statistics.megaflow_hits;
      }
    }
    return hits;
  }

 private:
  static CachingOptions features(unsigned bits) {
    CachingOptions options;
    for (size_t i = 0; i < kCachingFeatures.size(); i++) kCachingFeatures[i].in(options) = bits >> i & 1;
    return options;
  }

  void apply(const Step& step) {
    SlowPath& slow_path = rig_.slow_path;
    BridgePort& port = rig_.port(std::clamp(step.port, 1, 6), step.bridge);
    switch (step.kind) {
      case Step::kFlow:
        return rig_.flow(step.text, static_cast<FlowMod::Command>(step.command), step.bridge);
      case Step::kGroup:
        return rig_.group(step.text, static_cast<GroupMod::Command>(step.command), step.bridge);
      case Step::kMeter:
        return rig_.meter(step.text, static_cast<MeterMod::Command>(step.command), step.bridge);
      case Step::kPacket:
        rig_.now += 1ms;
        return rig_.send_frame(step.port, step.frame, step.bridge);
      case Step::kPacketOut:
        return rig_.packet_out(OfPort{step.number}, step.text, step.frame, step.bridge);
      case Step::kLink:
        return rig_.link(step.port, step.number != 0, step.bridge);
      case Step::kShape: {
        LinkFacts facts = port.link;
        facts.shaped = step.number == 0;
        return slow_path.link_changed(port.config.ifindex, facts);
      }
      case Step::kPortFlags:
        return slow_path.set_port_flags(port, step.number);
      case Step::kTableLimit: {
        FlowTable& table = rig_.pipeline(step.bridge).tables.table(static_cast<uint8_t>(step.port));
        table.limit = step.number;
        table.evicts = !step.text.empty();
        return;
      }
      case Step::kSettings:
        slow_path.programs().punt_misses(rig_.bridge(step.bridge), step.number & 1);
        return slow_path.programs().drop_fragments(rig_.bridge(step.bridge), step.number & 2);
      case Step::kCaching:
        return slow_path.set_caching(features(step.number));
      case Step::kPass:
        return rig_.pass(std::chrono::milliseconds(step.number));
      case Step::kCompare:
        return;
    }
  }

  PipelineRig<DatapathType> rig_{kBridges};
  unsigned refused_ = 0;
};

std::string lines(const std::vector<std::string>& all) {
  constexpr size_t kMost = 20;
  std::string text;
  for (size_t i = 0; i < std::min(all.size(), kMost); i++) text += "    " + all[i] + "\n";
  return all.size() > kMost ? text + "    … " + std::to_string(all.size()) + " in all\n" : text;
}

// Only where they differ.
std::string difference(std::vector<std::string> cached, std::vector<std::string> anew) {
  const auto drop_common = [](std::vector<std::string>& from, const std::vector<std::string>& other) {
    std::vector<std::string> left;
    for (const std::string& line : from) {
      if (std::ranges::count(other, line) != std::ranges::count(from, line)) left.push_back(line);
    }
    return left;
  };
  const auto a = drop_common(cached, anew), b = drop_common(anew, cached);
  if (a.empty() && b.empty()) return "  only the order differs:\n" + lines(cached) + "  and:\n" + lines(anew);
  return "  cached:\n" + lines(a) + "  translated anew:\n" + lines(b);
}

struct Outcome {
  std::string difference;  // empty: none
  size_t steps = 0;        // that were run
  uint64_t hits = 0;
  unsigned refused = 0;
};

Outcome compare(const Steps& steps) {
  Runner<UserspaceDatapath> cached;
  Runner<ForgetfulDatapath> anew;
  Outcome outcome;
  for (const Step& step : steps) {
    const auto a = cached.run(step), b = anew.run(step);
    outcome.steps++;
    if (a == b) continue;
    outcome.difference = difference(a, b);
    break;
  }
  outcome.hits = cached.cache_hits();
  outcome.refused = cached.refused();
  return outcome;
}

// Leaves out whatever can be left out.
Steps shrink(Steps steps) {
  for (size_t size = steps.size() / 2; size > 0; size = size > 1 ? (size + 1) / 2 : 0) {
    for (size_t at = 0; at < steps.size();) {
      Steps fewer = steps;
      const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      fewer.erase(first, first + static_cast<std::ptrdiff_t>(std::min(size, fewer.size() - at)));
      if (compare(fewer).difference.empty()) {
        at += size;
      } else {
        steps = std::move(fewer);
      }
    }
  }
  return steps;
}

Steps random_steps(unsigned seed, size_t count) {
  RandomProgram program(seed);
  Steps steps;
  for (size_t i = 0; i < count; i++) steps.push_back(program.next());
  steps.push_back({.kind = Step::kCompare});
  return steps;
}

std::string story(const Steps& steps) {
  std::string text;
  for (const Step& step : steps) text += "  " + step.to_string() + "\n";
  return text;
}

TEST(PipelineDifferential, CachesForwardAsThePipelineDoes) {
  const char* one_seed = std::getenv("FLOWBED_DIFFERENTIAL_SEED");
  const char* wanted = std::getenv("FLOWBED_DIFFERENTIAL_ROUNDS");
  const unsigned first = one_seed ? static_cast<unsigned>(std::atol(one_seed)) : 1;
  const unsigned rounds = one_seed ? 1 : wanted ? static_cast<unsigned>(std::atoi(wanted)) : 600;
  constexpr size_t kSteps = 600;
  uint64_t hits = 0, refused = 0;
  for (unsigned seed = first; seed < first + rounds; seed++) {
    Steps steps = random_steps(seed, kSteps);
    const Outcome outcome = compare(steps);
    hits += outcome.hits;
    refused += outcome.refused;
    if (outcome.difference.empty()) continue;
    steps.resize(outcome.steps);
    steps = shrink(std::move(steps));
    FAIL() << "seed " << seed << ":\n" << story(steps) << compare(steps).difference;
  }
  RecordProperty("cache_hits", static_cast<int>(hits));
  RecordProperty("refused", static_cast<int>(refused));
  EXPECT_GT(hits, rounds * 20) << "the caches answered too seldom for this to prove anything";
}

}  // namespace
}  // namespace flowbed::sw
