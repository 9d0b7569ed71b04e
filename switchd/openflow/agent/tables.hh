// A bridge's tables: their settings and what they can do.
#pragma once

#include "switchd/openflow/messages.hh"
#include "switchd/slowpath/bridge.hh"

namespace flowbed::sw::ofp {

std::string table_name(const Bridge& bridge, uint8_t table);
uint32_t table_limit(const Bridge& bridge, uint8_t table);  // rules

// Throws OfFault: settings that tables cannot have.
void check(const TableMod& mod);
void apply(const TableMod& mod, FlowTables& tables);
TableDescReply table_descriptions(const Bridge& bridge);

TableFeaturesReply table_features(const Bridge& bridge, OfVersion version);
// What tables can do is not to be changed: wanted is what they can, but a table's name may be another one,
// and it may be wanted for fewer rules. Throws OfFault, and then nothing has changed.
void set_table_features(const std::vector<TableFeatures>& wanted, Bridge& bridge, OfVersion version);

}  // namespace flowbed::sw::ofp
