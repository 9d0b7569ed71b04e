// Walk: one packet's way through bridges, while it is translated. See translate.hh.
//
// What happens within a bridge is told by NormalSwitching and PipelineRun; the walk keeps what they share:
// the places still to be visited, what was looked at, and how the packet leaves.
#pragma once

#include <cstring>
#include <unordered_map>

#include "switchd/slowpath/compose_actions.hh"
#include "switchd/slowpath/packet_state.hh"
#include "switchd/slowpath/translate.hh"

namespace flowbed::sw {

struct Visit {
  static constexpr size_t kNone = SIZE_MAX;

  Bridge* bridge;
  BridgePort* in;         // null: a controller sent the packet, from no port
  size_t from;            // the visit that led here
  bool real;              // false: walked for loops only
  uint32_t mirrored = 0;  // mirrors of the bridge that have their copy
  int depth = 0;          // of groups and resubmits, for who tells what happens
  Leaving leaving = {};
};

// 01:80:c2:00:00:00 … 0f: for whoever is at the link's other end (IEEE 802.1D table 7-10). No bridge forwards
// them; LLDP among them is sent and heard on ports that spanning tree closed too (802.1AB).
inline bool is_reserved(const uint8_t mac[6]) {
  constexpr uint8_t kPrefix[5] = {0x01, 0x80, 0xc2, 0x00, 0x00};
  return memcmp(mac, kPrefix, sizeof kPrefix) == 0 && mac[5] < 0x10;
}

class Walk {
 public:
  Walk(const BridgeSet& bridges, Interruptions& interruptions, const FlowKey& key, const Narrator& narrator);

  Translation run();  // from the port where the packet came in, or from where it was frozen
  Translation run_packet_out(Bridge& bridge, const PipelineKey& key, const OfActions& actions);

  const BridgeSet& bridges() const { return bridges_; }
  Translation& result() { return result_; }
  Interruptions& interruptions() { return interruptions_; }
  bool failed() const { return !result_.loop.empty() || result_.excess; }
  void fail_by(Excess::Cause cause);  // the first cause counts
  bool count_lookup();                // false: there were too many

  // What was looked at, in the packet as it is in this state.
  void look_at(const PacketState& state, const PipelineMask& mask);
  void look_at(const PacketState& state, const Field& field);
  void look_at_tag(const PacketState& state, uint16_t tci_bits);
  void look_for_more_tags(const PacketState& state);
  void depend_on(DependencyTag tag) { result_.depends.push_back(tag); }
  void depend_on_destination(DependencyTag tag) {
    depend_on(tag);
    result_.destinations.push_back(tag);
  }
  void depend_on_state(const BridgePort& port);

  template <class Text>
  void say(const Visit& visit, Text text) const {
    if (narrator_) narrator_(*visit.bridge, visit.depth, text());
  }
  bool narrates() const { return narrator_ != nullptr; }

  // Where it goes on, if its headers are known.
  void note_recirculation(uint16_t number, const PacketState& state);

  void credit(const Visit& visit, BridgePort* port, Credit::Kind kind, const PacketState& state);
  void count(const Visit& visit, FlowCounter& counter) {
    if (visit.real) result_.counters.push_back(&counter);
  }

  // The packet leaves by a port of the bridge, if that is up and forwards.
  void leave(Visit& visit, BridgePort& port, const PacketState& state);
  // Something is done with the packet in this state: it is punted, recirculated, copied to a mirror's port.
  void depart(Visit& visit, Action what, const PacketState& state);
  // Copies it to the outputs of the mirrors that have not got it at this visit.
  void mirror(Visit& visit, uint32_t mirrors, const PacketState& state);

  // Whether a normal switch saw it come in this VLAN before; then the loop is noted.
  bool finds_loop(const Visit& visit, size_t index, uint16_t vlan);

 private:
  struct Arrival {
    Visit visit;
    PacketState state;
  };

  void enter(size_t index);
  bool may_come_in(const Visit& visit, const PacketState& state);
  void resume(uint16_t frozen);
  void watch(size_t index);
  void observe(size_t index);
  void note_leaving(Visit& visit, const BridgePort& port, const PacketState& state);
  void tell_leavings();
  void cross(Visit& visit, BridgePort& port, const PacketState& state);
  bool may_pass_tree(const BridgePort& port, const PacketState& state);
  bool may_bypass(const BridgePort& port, const PacketState& state) const;
  void note_loop(size_t first, size_t second);
  std::vector<size_t> way_to(size_t index) const;
  const std::string& name_of(size_t index) const { return arrivals_[index].visit.bridge->config.name; }
  Translation finish();
  void give_up();

  const BridgeSet& bridges_;
  Interruptions& interruptions_;
  const FlowKey& key_;
  const Narrator& narrator_;
  Translation result_;
  std::deque<Arrival> arrivals_;  // to be visited one after the other; references stay valid
  size_t current_ = 0;
  std::vector<Departure> departures_;
  // Of visits where packets are sampled, which departure is to be told how the packet left; and the visits of
  // `result_.observations`.
  std::vector<std::pair<size_t, size_t>> sampled_;
  std::vector<size_t> observed_;
  std::unordered_map<uint64_t, size_t> seen_;  // the first visit to a normal switch in a VLAN
  uint32_t ingress_mtu_ = 0;
  size_t lookups_ = 0;
};

}  // namespace flowbed::sw
