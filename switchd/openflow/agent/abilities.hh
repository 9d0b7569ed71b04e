// What the switch can do, as OpenFlow's messages name it.
#pragma once

#include <span>

#include "switchd/openflow/messages.hh"

namespace flowbed::sw::ofp {

std::span<const uint16_t> action_types();  // as from 1.3 on
// Every table can do the same.
TableAbilities table_abilities(uint8_t table, OfVersion version);
std::vector<FieldId> matchable_fields(OfVersion version);

}  // namespace flowbed::sw::ofp
