// From the places where a packet shall leave to a list of actions.
#pragma once

#include <vector>

#include "switchd/flow/action.hh"

namespace flowbed::sw {

struct Departure {
  PortNo port;
  VlanTag tag;  // that the packet carries there

  bool operator==(const Departure&) const = default;
};

// The list that sends a packet, which has tag `original`, to all departures. It is canonical: departures with
// the original tag come first, then those without, then by tag; and by port within each. So a flood from one
// port is one and the same list whatever way the translation took, can be shared by many megaflows, and
// changes tags least often.
ActionList compose_actions(VlanTag original, std::vector<Departure> departures);

}  // namespace flowbed::sw
