// From the ways in which a packet shall leave to one list of actions.
#pragma once

#include <vector>

#include "switchd/flow/action.hh"

namespace flowbed::sw {

struct Departure {
  Action what;               // output, punt or recirculate
  VlanTag tag;               // that the packet carries then
  ActionList edits = {};     // what else was done to it before
  VlanTag written_tag = {};  // the tag that it has after `edits`
};

// The list that does all departures to a packet that comes with tag `original`. What edits have in common is
// done once; where they part, copies are made. It is canonical: departures after the same edits come in the
// order of their tags (first the one the packet has, then none, then the others) and of their ports. So a
// flood from one port is one and the same list whatever way the translation took, can be shared by many
// megaflows, and changes tags least often.
ActionList compose_actions(VlanTag original, std::vector<Departure> departures);

void change_tag(VlanTag from, VlanTag to, ActionList& actions);

}  // namespace flowbed::sw
