// What the kernel forwards is what the pipeline says: two switches with a link between them, once with real
// packets under the nft datapath, and once without descriptors and without any cache, get the same rules,
// groups and frames. Each frame comes three times, the first of them to user space.
#include "switchd/datapath/userspace/userspace_datapath.hh"
#include "tests/switchd/slowpath/pipeline_rig.hh"
#include "tests/switchd/slowpath/random_program.hh"
#include "tests/system/traffic_rig.hh"

namespace flowbed::sw {
namespace {

constexpr int kBridges = 2, kHosts = 5, kLinkPort = 6, kTimes = 3;

class KernelDifferential : public TrafficRig {
 protected:
  KernelDifferential() : TrafficRig("nft") {}

  void put_switches() {
    for (int bridge = 1; bridge <= kBridges; bridge++) make_hosts(bridge, kHosts);
    make_link(1, kLinkPort, 2, kLinkPort);
    for (int bridge = 1; bridge <= kBridges; bridge++) {
      put(BridgeBuilder(bridge).ports(1, kHosts).link(kLinkPort, 3 - bridge, kLinkPort));
      for (int n = 1; n <= kHosts; n++) host(bridge, n);
    }
    await_links_of_s1();
    slow_path_.set_warning_handler([](const auto&, const std::string& message) {
      if (message.starts_with("the kernel does not take")) ADD_FAILURE() << message;
    });
  }
  void forget_everything() {
    slow_path_.set_caching(slow_path_.caching());
    for (int bridge = 1; bridge <= kBridges; bridge++) {
      slow_path_.flush(name_of(bridge));
      change(bridge, parse_flow("", FlowMod::Command::kDelete));
      change(bridge, parse_group("group_id=all", GroupMod::Command::kDelete));
    }
  }
  template <class Request>
  void change(int bridge, const Request& request) {
    slow_path_.programs().apply(*slow_path_.bridges().find(name_of(bridge)), request, monotonic_now());
  }
  static std::string name_of(int bridge) { return "s" + std::to_string(bridge); }

  void apply(const Step& step) {
    if (step.kind == Step::kFlow)
      change(step.bridge, parse_flow(step.text, static_cast<FlowMod::Command>(step.command)));
    if (step.kind == Step::kGroup)
      change(step.bridge, parse_group(step.text, static_cast<GroupMod::Command>(step.command)));
  }

  // In which order they come out says nothing. `frames`: how many shall.
  std::vector<std::string> pass(const Step& packet, size_t frames) {
    const uint64_t before = received(packet);
    std::vector<std::string> seen;
    for (int i = 0; i < kTimes; i++) {
      host(packet.bridge, packet.port).send(Bytes().add(packet.frame));
      const uint64_t wanted = before + static_cast<uint64_t>(i) + 1;
      for (int turns = 0; turns < 300 && received(packet) < wanted; turns++) loop_.turn(1ms);
    }
    for (int turns = 0; turns < 300 && seen.size() < frames; turns++) {
      take(seen);
      if (seen.size() < frames) loop_.turn(1ms);
    }
    loop_.turn(1ms);
    take(seen);
    std::ranges::sort(seen);
    return seen;
  }
  void take(std::vector<std::string>& seen) {
    for (const auto& [place, at] : hosts_) {
      for (const Received& frame : at->take())
        seen.push_back("frame " + port_name(place.first, place.second) + " " +
                       std::to_string(frame.vlan.tpid) + "/" + std::to_string(frame.vlan.tci) + " " +
                       hex_of(frame.bytes));
    }
  }
  uint64_t received(const Step& packet) { return totals(packet.bridge, packet.port).rx.packets; }

  uint64_t kernel_hits() {
    slow_path_.settle();
    uint64_t hits = 0;
    for (const auto& [name, bridge] : slow_path_.bridges().bridges()) {
      for (const auto& port : bridge->ports)
        hits += slow_path_.datapath().port_statistics(port->number).kernel_hits;
    }
    return hits;
  }
};

// Time passes in one of them only.
bool is_for_both(const Step& step) {
  if (step.kind == Step::kPacket) return true;
  const auto mentions = [&](const char* word) { return step.text.find(word) != std::string::npos; };
  return (step.kind == Step::kFlow || step.kind == Step::kGroup) && !mentions("timeout") &&
         !mentions("learn") && !mentions("meter");
}

using Oracle = PipelineRig<ForgetfulDatapath>;

// False: it is refused.
bool tell(Oracle& oracle, const Step& step) {
  try {
    if (step.kind == Step::kFlow)
      oracle.flow(step.text, static_cast<FlowMod::Command>(step.command), step.bridge);
    if (step.kind == Step::kGroup)
      oracle.group(step.text, static_cast<GroupMod::Command>(step.command), step.bridge);
  } catch (const Error&) {
    return false;
  }
  return true;
}

std::vector<std::string> frames_of(Oracle& oracle, const Step& packet) {
  oracle.take_events();
  for (int i = 0; i < kTimes; i++) oracle.send_frame(packet.port, packet.frame, packet.bridge);
  std::vector<std::string> frames = oracle.take_events();
  std::erase_if(frames, [](const std::string& event) { return !event.starts_with("frame "); });
  std::ranges::sort(frames);
  return frames;
}

unsigned how_many_programs() {
  if (const char* wanted = std::getenv("FLOWBED_DIFFERENTIAL_ROUNDS"))
    return static_cast<unsigned>(std::atoi(wanted));
  return std::getenv("FLOWBED_VM") ? 4 : 40;
}

TEST_F(KernelDifferential, TheKernelForwardsAsThePipelineDoes) {
  constexpr size_t kSteps = 120, kMostFrames = 200;  // more find no room in the sockets that listen
  put_switches();
  uint64_t packets = 0, forwarded = 0;
  for (unsigned seed = 1; seed <= how_many_programs(); seed++) {
    forget_everything();
    Oracle oracle(kBridges);
    for (int bridge = 1; bridge <= kBridges; bridge++) {
      oracle.flow("", FlowMod::Command::kDelete, bridge);
      for (unsigned table = 0; table < RandomRules::kTables; table++) {
        const std::string otherwise = "table=" + std::to_string(table) + ",priority=0,actions=normal";
        oracle.flow(otherwise, FlowMod::Command::kAdd, bridge);
        change(bridge, parse_flow(otherwise, FlowMod::Command::kAdd));
      }
    }
    RandomProgram program(seed);
    std::string story;
    for (size_t i = 0; i < kSteps; i++) {
      const Step step = program.next();
      if (!is_for_both(step)) continue;
      story += "  " + step.to_string() + "\n";
      if (step.kind != Step::kPacket) {
        if (tell(oracle, step)) apply(step);
        continue;
      }
      const auto expected = frames_of(oracle, step), seen = pass(step, expected.size());
      packets++;
      forwarded += !expected.empty();
      if (expected.size() > kMostFrames) continue;
      ASSERT_EQ(seen, expected) << "seed " << seed << ":\n" << story;
    }
  }
  EXPECT_GT(kernel_hits(), packets / 2) << "the kernel answered too seldom for this to prove anything";
  EXPECT_GT(forwarded, packets / 2) << "too little came out";
}

}  // namespace
}  // namespace flowbed::sw
