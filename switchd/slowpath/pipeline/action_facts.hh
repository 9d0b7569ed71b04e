// What a list of actions would do, without running it.
#pragma once

#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw {

bool outputs_to(const Instructions& instructions, OfPort port);
bool leads_to_group(const Instructions& instructions, uint32_t group);  // kGroupAll: to any
// The learn actions whose rules go with the last rule that has them (Nicira's delete_learned).
std::vector<const of::Learn*> lessons_of(const Instructions& instructions);

// Where an action stands in the order in which an action set is run (OpenFlow 1.3, 5.10); actions of equal
// place replace each other, but for set-field, of which there is one a field.
int place_in_action_set(const OfAction& action);

// Writes an action into an action set, replacing its like.
void write_action(const OfAction& action, OfActions& action_set);
// In the order in which they run; a group takes the place of an output.
OfActions in_running_order(OfActions action_set);

}  // namespace flowbed::sw
