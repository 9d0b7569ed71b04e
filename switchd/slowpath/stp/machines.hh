// The state machines of rapid spanning tree (IEEE 802.1D-2004, 17.22 to 17.31), one function each.
//
// Such a function looks for the first transition of its machine that is possible now, makes it, and returns
// true; false: none is. `run_machines` calls all of them until none finds one, which is when the standard
// would have the machines wait for an event. So each stands as a list of conditions and what follows, in the
// standard's words, and their order among each other does not matter; but that transmitting comes last,
// when all is decided, so that a BPDU says everything and few are needed: only so many may be sent a second.
#pragma once

#include "switchd/slowpath/stp/rstp_state.hh"

namespace flowbed::sw {

inline constexpr uint16_t kMigrateTime = 3;           // seconds, as are all of these
inline constexpr uint16_t kEdgeDelay = kMigrateTime;  // 17.20.4, of a point-to-point link
inline constexpr uint16_t kTxHoldCount = 10;          // BPDUs a port may send in a second, after a pause

void begin(RstpState& bridge, RstpPort& port);  // "BEGIN" of a new port
void run_machines(RstpState& bridge);

// Of one port:
bool run_port_receive(RstpPort& port);
bool run_port_protocol_migration(RstpPort& port);
bool run_bridge_detection(RstpPort& port);
bool run_port_information(RstpPort& port);
bool run_port_role_transitions(RstpState& bridge, RstpPort& port);
bool run_port_state_transition(RstpState& bridge, RstpPort& port);
bool run_topology_change(RstpState& bridge, RstpPort& port);
bool run_port_transmit(RstpState& bridge, RstpPort& port);
// Of the bridge:
bool run_port_role_selection(RstpState& bridge);

}  // namespace flowbed::sw
