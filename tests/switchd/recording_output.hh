// A PacketOutput that writes down what leaves: where it goes at once, its bytes at the flush, as the real one
// does.
#pragma once

#include <utility>
#include <vector>

#include "switchd/datapath/userspace/packet_output.hh"

namespace flowbed::sw {

struct Sent {
  IfIndex to;
  VlanTag vlan;
  bool operator==(const Sent&) const = default;
};

class RecordingOutput : public PacketOutput {
 public:
  void attach(IfIndex) override {}
  void send(IfIndex to, const Packet& packet, Counters& tx) override {
    sent.push_back({to, packet.vlan});
    waiting_.push_back(packet);
    tx.packets += packet.wire.packets;
    tx.bytes += packet.wire.bytes;
  }
  void flush() override {
    for (const Packet& packet : std::exchange(waiting_, {}))
      frames.emplace_back(packet.bytes.begin(), packet.bytes.end());
  }
  uint64_t lost_packets() override { return 0; }
  std::vector<Sent> take() { return std::exchange(sent, {}); }

  std::vector<Sent> sent;
  std::vector<std::vector<uint8_t>> frames;  // flushed; without the tag that is out of band

 private:
  std::vector<Packet> waiting_;
};

}  // namespace flowbed::sw
