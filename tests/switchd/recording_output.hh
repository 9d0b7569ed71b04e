// A PacketOutput that writes down what leaves.
#pragma once

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
    tx.packets += packet.wire.packets;
    tx.bytes += packet.wire.bytes;
  }
  void flush() override {}
  uint64_t lost_packets() override { return 0; }
  std::vector<Sent> take() { return std::exchange(sent, {}); }

  std::vector<Sent> sent;
};

}  // namespace flowbed::sw
