// Arbitrary actions on arbitrary packets: never an access beyond the packet or its copies (the sanitizers see
// to that), and at every output `wire` is what the packet is, and the packet received is unchanged.
//
//   cmake --preset fuzz && cmake --build build-fuzz && build-fuzz/bin/packet_edit_fuzz

#include <cstdlib>
#include <cstring>
#include <vector>

#include "switchd/datapath/userspace/userspace_datapath.hh"

using namespace flowbed;
using namespace flowbed::sw;

namespace {

class CheckingOutput : public PacketOutput {
 public:
  void attach(IfIndex) override {}
  void send(IfIndex, const Packet& packet, Counters&) override {
    const WireSize size = wire_size(packet);
    if (size.packets != packet.wire.packets || size.bytes != packet.wire.bytes) abort();
    if (size.largest_l3 != packet.wire.largest_l3) abort();
    waiting_.push_back(packet);
  }
  void flush() override {
    uint8_t all = 0;
    for (const Packet& packet : waiting_) {
      for (const uint8_t byte : packet.bytes) all ^= byte;
    }
    touched_ = all;
    waiting_.clear();
  }
  uint64_t lost_packets() override { return 0; }

 private:
  std::vector<Packet> waiting_;
  volatile uint8_t touched_ = 0;
};

Action action_from(const uint8_t* data) {
  Action action{};
  memcpy(&action.type, data, 2);
  memcpy(&action.number, data + 2, 4);
  action.kind = static_cast<Action::Kind>(data[6] % 12);
  if (action.kind == Action::Kind::kSet) action.type %= FLOW_KEY_WORDS * 4;
  if (action.kind == Action::Kind::kClone) action.number %= 8;
  if (action.kind == Action::Kind::kOutput) action.port = PortNo{1};
  return action;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kActionSize = 7;
  if (size < 16) return 0;
  const size_t actions_wanted = data[0] % 24;
  Packet packet{};
  memcpy(&packet.offload, data + 1, sizeof packet.offload);
  if (data[11] & 1) packet.vlan = {kEtherTypeVlan, data[12]};
  data += 13;
  size -= 13;
  ActionList actions;
  for (; actions.size() < actions_wanted && size > kActionSize; data += kActionSize, size -= kActionSize) {
    actions.push_back(action_from(data));
  }
  if (size < kEthernetHeaderSize) return 0;
  actions.push_back(Action::output(PortNo{1}));
  const std::vector<uint8_t> frame(data, data + size), before = frame;
  packet.bytes = frame;
  packet.wire = wire_size(packet);
  static CheckingOutput output;
  static UserspaceDatapath datapath(output);  // holds no state from packet to packet
  datapath.put_port(PortNo{1}, {IfIndex{1}, 65535});
  datapath.set_meter_handler([](uint32_t id, const WireSize&, TimePoint) -> MeterVerdict {
    return {.pass = id % 4 != 0, .raise_drop_precedence = static_cast<uint8_t>(id % 3)};
  });
  datapath.set_upcall_handler([&](const Upcall& upcall) {
    datapath.execute(upcall.packet, {Action::output(PortNo{1})}, {PortNo{1}, upcall.now});
  });
  datapath.execute(packet, actions, {PortNo{1}, TimePoint{}});
  if (frame != before) abort();
  return 0;
}
