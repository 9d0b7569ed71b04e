// A kernel that refuses changes of flows: user space forwards their packets, people are told which they are,
// nothing is counted twice, and nothing forwards by what was.
#include "switchd/datapath/nft/nft_datapath.hh"
#include "switchd/datapath/nft/nft_table.hh"
#include "switchd/datapath/nft/upcall_pair.hh"
#include "tests/switchd/recording_output.hh"
#include "tests/switchd/slowpath/random_frames.hh"
#include "tests/system/traffic_rig.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<uint8_t> kFrame = FrameSpec{}.build();
const std::vector<uint8_t> kOther = FrameSpec{.kind = FrameSpec::kIpv6}.build();

class RefusingSocket : public NftSocket {
 public:
  // Of the batches to come: "." passes and "x" is refused; those after these pass.
  void plan(std::string outcomes) { outcomes_ = std::move(outcomes); }

  int commit(NftBatch& batch, const Visitor& echo) override {
    const bool refused = outcomes_.starts_with('x');
    if (!outcomes_.empty()) outcomes_.erase(0, 1);
    return refused ? ENOMEM : NftSocket::commit(batch, echo);
  }

 private:
  std::string outcomes_;
};
const std::string kAllRefused(100, 'x');

class RefusedFlows : public testing::Test {
 protected:
  void SetUp() override {
    const std::string hindrance = enter_own_network();
    if (!hindrance.empty()) GTEST_SKIP() << hindrance;
    ip("link add s1-eth1 type veth peer name h1");
    ip("link add s1-eth2 type veth peer name h2");
    try {
      network_ = std::make_unique<Network>();
    } catch (const SystemError& fault) {
      GTEST_SKIP() << "this kernel lacks what the datapath needs: " << fault.what();
    }
    network_->slow_path.set_warning_handler(
        [this](const auto&, const std::string& message) { warnings_.push_back(message); });
    BridgeConfig config = BridgeBuilder(1).ports(1, 2).config();
    for (PortConfig& port : config.ports) port.ifindex = IfIndex{if_nametoindex(port.interface.c_str())};
    network_->slow_path.put_bridge(config, [](IfIndex) { return LinkFacts{.up = true, .sends = true}; });
    change(FlowMod::Command::kDelete, "");
    change(FlowMod::Command::kAdd, "priority=1,actions=2");
    change(FlowMod::Command::kAdd, "priority=9,ipv6,actions=2");
  }

  struct Network {
    RefusingSocket socket;
    NftTable table{socket};
    UpcallPair pair;
    RecordingOutput output;
    NftDatapath datapath{socket, output, pair.kernel_end(), UpcallPair::kernel_name(), false};
    SlowPath slow_path{datapath};
  };

  Bridge& bridge() { return *network_->slow_path.bridges().find("s1"); }
  void change(FlowMod::Command command, const char* flow) {
    network_->slow_path.programs().apply(bridge(), parse_flow(flow, command), monotonic_now());
  }
  void drop_other() { change(FlowMod::Command::kAdd, "priority=9,ipv6,actions=drop"); }
  // How many come out.
  size_t receive(std::span<const uint8_t> frame) {
    ReceivedPacket received;
    received.from = IfIndex{if_nametoindex("s1-eth1")};
    received.packet.bytes = frame;
    network_->datapath.receive({&received, 1}, monotonic_now());
    return network_->output.take().size();
  }
  CacheAnswer who_answers() {
    Packet packet;
    packet.bytes = kFrame;
    return network_->datapath.probe(extract_flow_key(packet, bridge().find_port("s1-eth1")->number));
  }
  std::vector<uint64_t> packets_of_rules() {
    network_->slow_path.settle();
    std::vector<uint64_t> all;
    bridge().pipeline->tables.table(0).for_each(
        [&](const Rule& rule) { all.push_back(rule.counter.packets); });
    return all;
  }

  std::unique_ptr<Network> network_;
  std::vector<std::string> warnings_;
};

// A new map is one batch, the flow the next one.
TEST_F(RefusedFlows, AreNamedAndUserSpaceForwards) {
  for (const char* passing : {"", "."}) {
    SCOPED_TRACE(passing);
    warnings_.clear();
    network_->slow_path.flush("s1");
    network_->socket.plan(passing + kAllRefused);
    EXPECT_EQ(receive(kFrame), 1u);
    EXPECT_EQ(receive(kFrame), 1u);
    network_->socket.plan("");
    ASSERT_FALSE(warnings_.empty());
    EXPECT_THAT(warnings_[0], HasSubstr("the kernel does not take the flow in_port(s1-eth1)"));
    EXPECT_THAT(warnings_[0], HasSubstr(": Cannot allocate memory; switchd forwards its packets"));
    EXPECT_EQ(network_->slow_path.flows().count(), 1u);
    EXPECT_EQ(who_answers(), CacheAnswer::kEmc);
  }
  warnings_.clear();
  network_->slow_path.flush("s1");
  EXPECT_EQ(receive(kFrame), 1u);
  EXPECT_THAT(warnings_, testing::IsEmpty());
  EXPECT_EQ(who_answers(), CacheAnswer::kKernel);
}

TEST_F(RefusedFlows, ComeBackWhereTheRemovalOfOthersWasRefused) {
  receive(kFrame);
  receive(kOther);
  EXPECT_EQ(who_answers(), CacheAnswer::kKernel);
  network_->socket.plan("x");
  drop_other();
  EXPECT_EQ(network_->slow_path.flows().count(), 1u);
  EXPECT_EQ(who_answers(), CacheAnswer::kKernel);
  EXPECT_EQ(receive(kOther), 0u);
  EXPECT_THAT(packets_of_rules(), ElementsAre(1u, 2u));
}

TEST_F(RefusedFlows, AreCountedOnceThoughTheyDoNotComeBack) {
  receive(kFrame);
  receive(kOther);
  EXPECT_THAT(packets_of_rules(), ElementsAre(1u, 1u));
  network_->socket.plan("x.." + kAllRefused);
  drop_other();
  network_->socket.plan("");
  EXPECT_NE(who_answers(), CacheAnswer::kKernel);
  for (int i = 0; i < 3; i++) EXPECT_EQ(receive(kFrame), 1u);
  EXPECT_THAT(packets_of_rules(), ElementsAre(4u, 1u));
}

// switchd ends then, and is started again by its engine.
TEST_F(RefusedFlows, ThatCannotBeRemovedAtAllEndTheProcess) {
  receive(kOther);
  network_->socket.plan("xx");
  EXPECT_EXIT(drop_other(), testing::ExitedWithCode(EXIT_FAILURE), "");
}

}  // namespace
}  // namespace flowbed::sw
