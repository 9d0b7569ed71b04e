// Runs a kSet action: finds the place in the packet of 16 bits of the flow key.
#pragma once

#include "switchd/flow/action.hh"
#include "switchd/packet/packet_editor.hh"

namespace flowbed::sw {

// What the packet does not have, or what nobody may set (its EtherType, its IP protocol), stays.
void set_chunk(PacketEditor& packet, const Action& action);

}  // namespace flowbed::sw
