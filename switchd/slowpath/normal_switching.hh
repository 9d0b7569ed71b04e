// NormalSwitching: what a learning switch with VLANs does with a packet that has come in (OFPP_NORMAL).
#pragma once

#include "switchd/slowpath/walk.hh"

namespace flowbed::sw {

class NormalSwitching {
 public:
  NormalSwitching(Walk& walk, Visit& visit, size_t index, const PacketState& state)
      : walk_(walk), visit_(visit), index_(index), state_(state) {}

  void run();

 private:
  std::optional<uint16_t> admitted();
  void learn(uint16_t vlan);
  void say_learning(uint16_t vlan) const;
  void forward(uint16_t vlan);
  void flood(uint16_t vlan, const char* why);
  void leave(BridgePort& port, uint16_t vlan);
  const flow_key_fields& packet() const { return state_.packet().f; }

  Walk& walk_;
  Visit& visit_;
  size_t index_;
  const PacketState& state_;
};

}  // namespace flowbed::sw
