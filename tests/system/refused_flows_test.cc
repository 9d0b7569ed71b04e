// A kernel that refuses flows: user space forwards their packets, and people are told which they are.
#include "switchd/datapath/nft/nft_datapath.hh"
#include "switchd/datapath/nft/nft_table.hh"
#include "switchd/datapath/nft/upcall_pair.hh"
#include "tests/switchd/recording_output.hh"
#include "tests/switchd/slowpath/random_frames.hh"
#include "tests/system/traffic_rig.hh"

namespace flowbed::sw {
namespace {

using testing::HasSubstr;

const std::vector<uint8_t> kFrame = FrameSpec{}.build();

// Lets some batches pass, and then refuses some.
class RefusingSocket : public NftSocket {
 public:
  int commit(NftBatch& batch, const Visitor& echo) override {
    if (passing_ > 0) {
      passing_--;
    } else if (refused_ > 0) {
      refused_--;
      return ENOMEM;
    }
    return NftSocket::commit(batch, echo);
  }
  void refuse(int batches, int after = 0) {
    refused_ = batches;
    passing_ = after;
  }

 private:
  int refused_ = 0, passing_ = 0;
};

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
    network_->slow_path.programs().apply(*network_->slow_path.bridges().find("s1"),
                                         parse_flow("priority=1,actions=2", FlowMod::Command::kAdd),
                                         monotonic_now());
  }

  struct Network {
    RefusingSocket socket;
    NftTable table{socket};
    UpcallPair pair;
    RecordingOutput output;
    NftDatapath datapath{socket, output, pair.kernel_end(), UpcallPair::kernel_name(), false};
    SlowPath slow_path{datapath};
  };

  // How many come out.
  size_t receive_packet(std::span<const uint8_t> frame = kFrame) {
    ReceivedPacket received;
    received.from = IfIndex{if_nametoindex("s1-eth1")};
    received.packet.bytes = frame;
    network_->datapath.receive({&received, 1}, monotonic_now());
    return network_->output.take().size();
  }
  CacheAnswer who_answers() {
    Packet packet;
    packet.bytes = kFrame;
    return network_->datapath.probe(
        extract_flow_key(packet, network_->slow_path.bridges().find("s1")->find_port("s1-eth1")->number));
  }

  std::unique_ptr<Network> network_;
  std::vector<std::string> warnings_;
};

// A new map is one batch, a program another one, the flow the third.
TEST_F(RefusedFlows, AreNamedAndUserSpaceForwards) {
  for (const int passing : {0, 1, 2}) {
    SCOPED_TRACE(passing);
    warnings_.clear();
    network_->slow_path.flush("s1");
    network_->socket.refuse(INT_MAX, passing);
    EXPECT_EQ(receive_packet(), 1u);
    EXPECT_EQ(receive_packet(), 1u);
    network_->socket.refuse(0);
    ASSERT_FALSE(warnings_.empty());
    EXPECT_THAT(warnings_[0], HasSubstr("the kernel does not take the flow in_port(s1-eth1)"));
    EXPECT_THAT(warnings_[0], HasSubstr(": Cannot allocate memory; switchd forwards its packets"));
    EXPECT_EQ(network_->slow_path.flows().count(), 1u);
    EXPECT_EQ(who_answers(), CacheAnswer::kEmc);
  }
  warnings_.clear();
  network_->slow_path.flush("s1");
  EXPECT_EQ(receive_packet(), 1u);
  EXPECT_THAT(warnings_, testing::IsEmpty());
  EXPECT_EQ(who_answers(), CacheAnswer::kKernel);
}

TEST_F(RefusedFlows, ComeBackWhereTheRemovalOfOthersWasRefused) {
  const std::vector<uint8_t> other = FrameSpec{.kind = FrameSpec::kIpv6}.build();
  SlowPath& slow_path = network_->slow_path;
  const auto change = [&](const char* flow) {
    slow_path.programs().apply(*slow_path.bridges().find("s1"), parse_flow(flow, FlowMod::Command::kAdd),
                               monotonic_now());
  };
  change("priority=9,ipv6,actions=2");
  receive_packet();
  receive_packet(other);
  EXPECT_EQ(who_answers(), CacheAnswer::kKernel);
  network_->socket.refuse(1);
  change("priority=9,ipv6,actions=drop");
  EXPECT_EQ(slow_path.flows().count(), 1u);
  EXPECT_EQ(who_answers(), CacheAnswer::kKernel);
  EXPECT_EQ(receive_packet(other), 0u);
}

}  // namespace
}  // namespace flowbed::sw
