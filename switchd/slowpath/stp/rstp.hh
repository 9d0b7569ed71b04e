// Rstp: rapid spanning tree at one bridge (IEEE 802.1D-2004, clause 17).
//
// Bridges that are linked in loops agree on a tree: the bridge with the lowest id is its root, every other
// bridge has one root port, the one with the cheapest way there, every link one designated port, the end
// nearer to the root, and all other ports, alternate ones, neither forward nor learn. What is special about
// rapid spanning tree is how fast that is safe. A designated port proposes to its neighbour; the neighbour
// blocks all its own ports that could close a loop (it "syncs"), and agrees; the port opens at once, and the
// neighbour's ports now propose in turn. And an alternate port takes over within the same call in which the
// root port fails, because it is known to lead to the root by another way. Only where a neighbour does not
// answer (it is no bridge, or speaks old spanning tree) do timers decide.
//
// The class is pure: seconds come as ticks, BPDUs as values, and what is to be done about it (states of
// ports, addresses to forget, frames to send) is returned. It never looks at a clock, a descriptor or a
// bridge, so that hours of virtual time in networks of hundreds of bridges are tested in a second.
//
// Safety: being closed for longer than needed is only slow; a loop is wrong. The standard has one gap, which
// is known ("count to infinity": Elmeleegy, Cox, Ng, INFOCOM 2006): while old news of a root that is cut off
// goes round among parallel ways, an agreement that was meant for other news may open a loop until the next
// BPDUs. The news ends when its age is max_age. (`translate` drops what goes round meanwhile.)
//
// A caller carries out the effects of a call before it makes another.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "switchd/slowpath/stp/rstp_state.hh"

namespace flowbed::sw {

struct RstpPortConfig {
  uint32_t link = 0;     // names what the port is attached to: another link makes it another port
  bool enabled = false;  // the link is up
  bool admin_edge = false;
  uint32_t path_cost = 20'000;

  bool operator==(const RstpPortConfig&) const = default;
};

struct RstpConfig {
  BridgeId id{};
  StpTimes times;
  std::map<uint16_t, RstpPortConfig> ports;  // by number, 1 … kMaxStpPort

  bool operator==(const RstpConfig&) const = default;
};

class Rstp {
 public:
  // BPDUs of a port that are looked at in one second. A neighbour that follows the standard sends ten at
  // most.
  static constexpr uint16_t kMaxReceived = 50;

  // Makes the bridge what `wanted` says; what is the same stays as it is.
  RstpEffects configure(const RstpConfig& wanted);
  RstpEffects receive(uint16_t port, const Bpdu& bpdu);
  RstpEffects tick();  // a second has passed

  const RstpState& state() const { return state_; }
  const RstpPort* port(uint16_t number) const;
  // Ports that are up, and neither forward nor are meant to stay closed.
  std::vector<uint16_t> ports_in_transition() const;

 private:
  void set_bridge(const RstpConfig& wanted);
  void remove_ports_not_in(const RstpConfig& wanted);
  void put_port(uint16_t number, const RstpPortConfig& wanted);
  RstpEffects run();

  RstpState state_;
  std::map<uint16_t, RstpPortConfig> configured_;
};

}  // namespace flowbed::sw
