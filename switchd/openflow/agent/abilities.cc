#include "switchd/openflow/agent/abilities.hh"

namespace flowbed::sw::ofp {
namespace {

// Output, the TTLs between labels, those of MPLS, tags, labels, queue, group, TTL, set-field, PBB.
constexpr uint16_t kActionTypes[] = {0, 11, 12, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27};
// Goto, metadata, write, apply, clear, meter.
constexpr uint16_t kInstructionTypes[] = {1, 2, 3, 4, 5, 6};

bool is_in(const Field& field, OfVersion version) {
  return field.oxm && field.since <= static_cast<uint8_t>(version);
}

// What carries a packet from table to table is written by other means.
bool is_for_set_field(const Field& field) {
  return field.settable && field.name != "metadata" && field.name != "in_port";
}

std::vector<FieldId> settable_fields(OfVersion version) {
  std::vector<FieldId> ids;
  for (const Field& field : fields()) {
    if (is_in(field, version) && is_for_set_field(field)) ids.push_back({&field});
  }
  return ids;
}

}  // namespace

std::span<const uint16_t> action_types() { return kActionTypes; }

TableAbilities table_abilities(uint8_t table, OfVersion version) {
  TableAbilities abilities;
  abilities.instructions.assign(std::begin(kInstructionTypes), std::end(kInstructionTypes));
  for (unsigned next = table + 1u; next <= kMaxTable; next++)
    abilities.next_tables.push_back(static_cast<uint8_t>(next));
  abilities.write_actions.assign(std::begin(kActionTypes), std::end(kActionTypes));
  abilities.apply_actions = abilities.write_actions;
  abilities.write_set_fields = abilities.apply_set_fields = settable_fields(version);
  return abilities;
}

std::vector<FieldId> matchable_fields(OfVersion version) {
  std::vector<FieldId> ids;
  for (const Field& field : fields()) {
    if (is_in(field, version)) ids.push_back({&field, field.maskable});
  }
  return ids;
}

}  // namespace flowbed::sw::ofp
