// A switch with three ports, and a controller that sends arbitrary bytes: the conversation is answered or
// closed, nothing is read that is not there, and whatever was programmed forwards packets without harm.
//
// The first byte is the version's, and which packets come how often; the rest follows the hello.

#include <cstdlib>

#include "switchd/datapath/userspace/userspace_datapath.hh"
#include "switchd/openflow/agent/agent.hh"
#include "tests/switchd/recording_output.hh"
#include "tests/switchd/slowpath/bridges.hh"

using namespace flowbed;
using namespace flowbed::sw;

namespace {

class Switch {
 public:
  Switch() {
    slow_path_.set_openflow_events(
        {.packet_in = [this](const sw::PacketIn& event) { agent_.packet_in(event); },
         .rule_removed = [this](const Bridge&, const Rule& rule, RemovalReason reason,
                                TimePoint now) { agent_.rule_removed(rule, reason, now); },
         .port_changed = [this](const Bridge&, const BridgePort&,
                                sw::PortChange) { agent_.ports_changed(now_); }});
    BridgeConfig config = BridgeBuilder(1).ports(1, 3).config();
    config.fail_mode = FailMode::kSecure;
    slow_path_.put_bridge(config, all_links_up);
  }

  void talk(OfVersion version, std::span<const uint8_t> bytes, size_t portion) {
    const auto connection = agent_.connect(now_), witness = agent_.connect(now_);
    const OfVersion versions[] = {version};
    const auto hello = ofp::encode_request(ofp::make_hello(versions), version, 1);
    connection->receive(hello, now_);
    witness->receive(hello, now_);
    while (!bytes.empty()) {
      const auto part = bytes.first(std::min(portion, bytes.size()));
      // Exactly as long: reading past it is seen.
      connection->receive(std::vector<uint8_t>(part.begin(), part.end()), now_);
      check(connection->take_output());
      bytes = bytes.subspan(part.size());
      send_packets();
      check(witness->take_output());
    }
    now_ += std::chrono::seconds(20);
    slow_path_.maintain(now_);
    agent_.tick(now_);
    connection->tick(now_);
    check(connection->take_output());
  }

 private:
  // Everything that is sent is made of whole messages.
  static void check(const ofp::Bytes& bytes) {
    ofp::Framer framer;
    framer.feed(bytes);
    while (framer.next()) {
    }
    if (framer.waiting()) abort();
  }

  void send_packets() {
    static const sw::Bytes plain =
        udp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 17), 5, 53).zeros(40);
    static const sw::Bytes label = ethernet(kMac1, kMac2, 0x8847).u32(0x00010140).add(plain.get());
    ReceivedPacket burst[] = {{port_index(1, 1), packet_of(plain)},
                              {port_index(1, 2), packet_of(plain, vlan_tag(7))},
                              {port_index(1, 3), packet_of(label)}};
    datapath_.receive(burst, now_ += std::chrono::milliseconds(10));
    output_.sent.clear();
  }

  RecordingOutput output_;
  UserspaceDatapath datapath_{output_};
  SlowPath slow_path_{datapath_};
  ofp::OpenFlowAgent agent_{slow_path_, "s1"};
  TimePoint now_{std::chrono::hours(1)};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  constexpr OfVersion kVersions[] = {OfVersion::k10, OfVersion::k13, OfVersion::k14};
  Switch().talk(kVersions[data[0] % 3], {data + 1, size - 1}, 20 + 10 * (data[0] / 3));
  return 0;
}
