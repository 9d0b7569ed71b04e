// A bridge's ports as controllers see them.
#pragma once

#include "switchd/openflow/port_messages.hh"
#include "switchd/slowpath/pipeline/of_fault.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw::ofp {

PhyPort describe(const BridgePort& port);

// Throws OfFault; null: kOfPortAny. `missing` is the fault of a port that is not there.
BridgePort* find_port(const Bridge& bridge, OfPort number, OfFaultKind missing);

// Does what a PortMod asks for. Throws OfFault, and then nothing has changed.
void check(const PortMod& mod, const Bridge& bridge);
void apply(const PortMod& mod, Bridge& bridge, SlowPath& slow_path);

}  // namespace flowbed::sw::ofp
