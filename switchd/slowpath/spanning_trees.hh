// SpanningTrees: runs rapid spanning tree (stp/rstp.hh) for the bridges that are configured to.
//
// It stands between the pure machines, which know numbers of ports, and the bridges: it tells the machines
// what ports there are and whether their links are up, hands them the BPDUs that come in, and carries out
// what they decide. It keeps `learning` and `forwarding` of every port, which is all that the translation
// looks at. A bridge without spanning tree has both of all ports true, and costs nothing here.
//
// A link between our bridges is up for spanning tree when both its devices are and both bridges run, and then
// at both ends in the same call: so a switch that is stopped is missed at once, as if it were switched off,
// and no bridge speaks its first words before the other can hear them.
//
// A port that leads to no bridge of this process (`peer` is empty) leads to a host, as the engine knows, and
// starts as an edge port: it forwards at once. Should a BPDU come in, it is an edge port no more. Others that
// nobody answers become one after the migrate time, 2 to 3 s.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "switchd/slowpath/bridge_set.hh"

namespace flowbed::sw {

class SpanningTrees {
 public:
  // All are called within the calls below.
  struct Actions {
    std::function<void(const BridgePort&)> state_changed;
    std::function<void(BridgePort&)> forget_addresses;  // that were learned on this port
    std::function<void(const BridgePort&, std::span<const uint8_t> frame)> send;
  };

  explicit SpanningTrees(Actions actions) : actions_(std::move(actions)) {}

  // After its configuration, a link or whether it runs has changed, or a neighbour has come, gone, started or
  // stopped.
  void update(Bridge& bridge);
  void receive(BridgePort& port, const Packet& packet);  // that came to the address of BPDUs
  void tick(const BridgeSet& bridges);                   // once a second
  uint64_t changes() const { return changes_; }          // of ports' states, so far

 private:
  void set_states(Bridge& bridge);
  void carry_out(Bridge& bridge, const RstpEffects& effects);

  Actions actions_;
  uint64_t changes_ = 0;
};

// The names of ports that are neither open nor closed to stay so, or cannot send yet.
std::vector<std::string> ports_in_transition(const BridgeSet& bridges);

}  // namespace flowbed::sw
