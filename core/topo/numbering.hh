// Numbering: which interface every link end means, after the interfaces that are only implied have been
// added.
#pragma once

#include "core/topo/topology.hh"

namespace flowbed {

// Gives every interface its name, every switch port its number and every link end its interface, as told at
// `complete`. Ends at unknown nodes and at controllers stay as they are.
void number_interfaces(Topology& topology);

}  // namespace flowbed
