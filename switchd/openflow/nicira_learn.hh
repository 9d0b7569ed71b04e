// Nicira's `learn`: an action that adds a rule made from the packet.
#pragma once

#include "switchd/openflow/wire.hh"
#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw {

of::Learn read_learn(WireReader& body);
void write_learn(const of::Learn& learn, WireWriter& writer);  // behind the subtype

}  // namespace flowbed::sw
