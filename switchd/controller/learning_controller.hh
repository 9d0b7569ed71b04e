// LearningController: a controller that makes a learning switch of an OpenFlow 1.0 switch. One object a
// switch.
//
// A packet that no rule of the switch matches is sent here. Its source lives at the port where it came in; if
// its destination is known, a rule is installed for the two, which is forgotten after a minute without
// packets; else the packet is flooded. Pure: bytes go in and out.
#pragma once

#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "switchd/openflow/framer.hh"

namespace flowbed::sw {

class LearningController {
 public:
  LearningController();  // says hello

  // Throws OfFault: what the switch sends is no OpenFlow 1.0.
  void receive(std::span<const uint8_t> bytes);
  std::vector<uint8_t> take_output() { return std::exchange(output_, {}); }

 private:
  void take(std::span<const uint8_t> message);
  void packet_in(std::span<const uint8_t> body);
  void send(const ofp::Request& request, uint32_t xid = 0);

  ofp::Framer framer_;
  std::vector<uint8_t> output_;
  std::unordered_map<uint64_t, OfPort> ports_;  // by address
};

}  // namespace flowbed::sw
