#include "switchd/openflow/agent/tables.hh"

#include <algorithm>

#include "switchd/openflow/agent/abilities.hh"

namespace flowbed::sw::ofp {
namespace {

using enum OfFaultKind;

uint32_t config_of(const FlowTable* table) { return table && table->evicts ? kTableEviction : 0; }

template <class List>
bool same_elements(const List& a, const List& b) {
  return std::ranges::is_permutation(a, b);
}

bool same(const TableAbilities& a, const TableAbilities& b) {
  return same_elements(a.instructions, b.instructions) && same_elements(a.next_tables, b.next_tables) &&
         same_elements(a.write_actions, b.write_actions) && same_elements(a.apply_actions, b.apply_actions) &&
         same_elements(a.write_set_fields, b.write_set_fields) &&
         same_elements(a.apply_set_fields, b.apply_set_fields);
}

// Any field may be left out; only where fields are matched, a mask says that bits of them may be.
std::vector<FieldId> without_masks(std::vector<FieldId> fields) {
  for (FieldId& id : fields) id.masked = false;
  return fields;
}

TableFeatures features_of(const Bridge& bridge, uint8_t table, OfVersion version) {
  const TableAbilities abilities = table_abilities(table, version);
  const std::vector<FieldId> matches = matchable_fields(version);
  return {.table = table,
          .name = table_name(bridge, table),
          .metadata_match = UINT64_MAX,
          .metadata_write = UINT64_MAX,
          .config = version == OfVersion::k14 ? kTableEviction : 0,
          .max_rules = table_limit(bridge, table),
          .rules = abilities,
          .miss = abilities,
          .matches = matches,
          .wildcards = without_masks(matches)};
}

void check(const TableFeatures& wanted, const Bridge& bridge, OfVersion version) {
  if (wanted.table > kMaxTable) throw OfFault(kTableFeaturesBadTable, "tables go from 0 to 253");
  const TableFeatures ours = features_of(bridge, wanted.table, version);
  if (wanted.metadata_match != ours.metadata_match || wanted.metadata_write != ours.metadata_write)
    throw OfFault(kTableFeaturesBadMetadata, "all bits of metadata can be matched and written");
  const bool same_lists = same(wanted.rules, ours.rules) && same(wanted.miss, ours.miss) &&
                          same_elements(wanted.matches, ours.matches) &&
                          same_elements(wanted.wildcards, ours.wildcards);
  if (!same_lists || wanted.max_rules > FlowTable::kDefaultLimit)
    throw OfFault(kTableFeaturesBadArgument, "what tables can do cannot be changed");
}

}  // namespace

std::string table_name(const Bridge& bridge, uint8_t table) {
  const FlowTable* found = bridge.pipeline->tables.find(table);
  return found && !found->name.empty() ? found->name : "table" + std::to_string(table);
}

uint32_t table_limit(const Bridge& bridge, uint8_t table) {
  const FlowTable* found = bridge.pipeline->tables.find(table);
  return static_cast<uint32_t>(found ? found->limit : FlowTable::kDefaultLimit);
}

void check(const TableMod& mod) {
  if (mod.table > kMaxTable && mod.table != kTableAll)
    throw OfFault(kTableModBadTable, "tables go from 0 to 253");
  const uint32_t known = kTableMissMask | kTableEviction;  // of which the former says nothing any more
  if ((mod.config & ~known) || mod.vacancy)
    throw OfFault(kTableModBadConfig, "tables have no vacancy events, and no other settings than eviction");
  if (mod.eviction.value_or(0) & ~kEvictImportance)
    throw OfFault(kTableModBadConfig, "tables make room by importance only");
}

void apply(const TableMod& mod, FlowTables& tables) {
  check(mod);
  const bool evicts = mod.config & kTableEviction;
  for (size_t id = 0; id < FlowTables::kTables; id++) {
    const auto number = static_cast<uint8_t>(id);
    const bool concerned = mod.table == kTableAll || mod.table == number;
    if (concerned && (evicts || tables.find(number))) tables.table(number).evicts = evicts;
  }
}

TableDescReply table_descriptions(const Bridge& bridge) {
  TableDescReply reply;
  for (size_t id = 0; id < FlowTables::kTables; id++) {
    const auto number = static_cast<uint8_t>(id);
    reply.tables.push_back({.table = number,
                            .config = config_of(bridge.pipeline->tables.find(number)),
                            .eviction = kEvictImportance});
  }
  return reply;
}

TableFeaturesReply table_features(const Bridge& bridge, OfVersion version) {
  TableFeaturesReply reply;
  for (size_t id = 0; id < FlowTables::kTables; id++)
    reply.tables.push_back(features_of(bridge, static_cast<uint8_t>(id), version));
  return reply;
}

void set_table_features(const std::vector<TableFeatures>& wanted, Bridge& bridge, OfVersion version) {
  for (const TableFeatures& table : wanted) check(table, bridge, version);
  for (const TableFeatures& table : wanted) {
    const bool same =
        table.name == table_name(bridge, table.table) && table.max_rules == table_limit(bridge, table.table);
    if (same) continue;
    FlowTable& place = bridge.pipeline->tables.table(table.table);
    place.name = table.name;
    place.limit = table.max_rules;
  }
}

}  // namespace flowbed::sw::ofp
