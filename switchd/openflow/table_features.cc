// What tables can do, and are wanted to do.
#include <algorithm>
#include <string>

#include "switchd/openflow/message_codec.hh"
#include "switchd/openflow/properties.hh"

namespace flowbed::sw::ofp {
namespace {

// Types of properties. Of those that a table miss may have of its own, its type is one higher.
constexpr uint16_t kInstructions = 0, kNextTables = 2, kWriteActions = 4, kApplyActions = 6, kMatch = 8,
                   kWildcards = 10, kWriteSetField = 12, kApplySetField = 14, kSynchronizedFrom = 16;
constexpr uint16_t kExperimenterId = 0xffff, kExperimenterProperty = 0xfffe;
constexpr size_t kNameSize = 32;
constexpr OfFaultKind kBadLength = OfFaultKind::kTableFeaturesBadLength;

using Ids = std::vector<uint16_t>;
using Tables = std::vector<uint8_t>;
using FieldIds = std::vector<FieldId>;

// How a property's content is written and read, by what it lists.
void write_list(const Ids& ids, WireWriter& writer) {
  for (const uint16_t id : ids) {
    writer.u16(id);
    writer.u16(4);
  }
}
void write_list(const Tables& tables, WireWriter& writer) { writer.bytes(tables); }
void write_list(const FieldIds& ids, WireWriter& writer) {
  for (const FieldId& id : ids) write_entry_header(*id.field, id.masked, false, writer);
}

// Experimenters' are passed over: a table that is wanted without them cannot be told from one that has none.
Ids read_list(WireReader content, const Ids&) {
  Ids ids;
  while (content.left() > 0) {
    const uint16_t id = content.u16(), size = content.u16();
    if (size < 4) throw OfFault(kBadLength, "a type in table features is shorter than its header");
    content.skip(size - 4u);
    if (id != kExperimenterId) ids.push_back(id);
  }
  return ids;
}
Tables read_list(WireReader content, const Tables&) {
  const auto tables = content.take(content.left());
  return {tables.begin(), tables.end()};
}
FieldIds read_list(WireReader content, const FieldIds&) {
  FieldIds ids;
  while (content.left() > 0) {
    const EntryHeader header = read_entry_header(content);
    if (!header.field) throw OfFault(OfFaultKind::kTableFeaturesBadArgument, "there is no such field");
    ids.push_back({header.field, header.has_mask});
  }
  return ids;
}

// Calls visit(type, list) for each property that a table miss may have of its own.
template <class Abilities, class Visit>
void each_ability(Abilities& abilities, Visit visit) {
  visit(kInstructions, abilities.instructions);
  visit(kNextTables, abilities.next_tables);
  visit(kWriteActions, abilities.write_actions);
  visit(kApplyActions, abilities.apply_actions);
  visit(kWriteSetField, abilities.write_set_fields);
  visit(kApplySetField, abilities.apply_set_fields);
}

template <class List>
void write_list_property(uint16_t type, const List& list, WireWriter& writer) {
  write_property(type, writer, [&](WireWriter& w) { write_list(list, w); });
}

void write_abilities(const TableAbilities& abilities, WireWriter& writer) {
  each_ability(abilities, [&](uint16_t type, const auto& list) { write_list_property(type, list, writer); });
}

// Only those that are not as the rules'.
void write_miss(const TableFeatures& table, WireWriter& writer) {
  std::vector<Bytes> of_rules;
  const auto content = [](const auto& list) {
    WireWriter bytes;
    write_list(list, bytes);
    return bytes.release();
  };
  each_ability(table.rules, [&](uint16_t, const auto& list) { of_rules.push_back(content(list)); });
  size_t i = 0;
  each_ability(table.miss, [&](uint16_t type, const auto& list) {
    if (content(list) != of_rules[i++]) write_list_property(static_cast<uint16_t>(type + 1), list, writer);
  });
}

void write_table(const TableFeatures& table, OfVersion version, WireWriter& writer) {
  writer.u16(0);
  writer.u8(table.table);
  writer.zeros(5);
  writer.text(table.name, kNameSize);
  writer.u64(table.metadata_match);
  writer.u64(table.metadata_write);
  writer.u32(table.config);
  writer.u32(table.max_rules);
  write_abilities(table.rules, writer);
  write_miss(table, writer);
  write_list_property(kMatch, table.matches, writer);
  write_list_property(kWildcards, table.wildcards, writer);
  if (version == OfVersion::k14 && !table.synchronized_from.empty())
    write_list_property(kSynchronizedFrom, table.synchronized_from, writer);
  close_length(writer, 0, 0);
}

std::string read_name(WireReader& reader) {
  const auto bytes = reader.take(kNameSize);
  return {bytes.begin(), std::ranges::find(bytes, uint8_t{0})};
}

// Reads the property into the list that it is of; false: it is of none of these.
bool read_ability(uint16_t type, WireReader content, TableAbilities& abilities) {
  bool found = false;
  each_ability(abilities, [&](uint16_t known, auto& list) {
    if (type != known) return;
    list = read_list(content, list);
    found = true;
  });
  return found;
}

void read_property(uint16_t type, WireReader content, OfVersion version, TableFeatures& table) {
  if (type == kMatch)
    table.matches = read_list(content, table.matches);
  else if (type == kWildcards)
    table.wildcards = read_list(content, table.wildcards);
  else if (type == kSynchronizedFrom && version == OfVersion::k14)
    table.synchronized_from = read_list(content, table.synchronized_from);
  else if (type < kExperimenterProperty && !read_ability(type, content, table.rules))
    throw OfFault(OfFaultKind::kTableFeaturesBadType, "there is no such property of table features");
}

struct MissProperty {
  uint16_t type;  // the rules'
  WireReader content;
};

TableFeatures read_table(WireReader entry, OfVersion version) {
  TableFeatures table;
  table.table = entry.u8();
  entry.skip(5);
  table.name = read_name(entry);
  table.metadata_match = entry.u64();
  table.metadata_write = entry.u64();
  table.config = entry.u32();
  table.max_rules = entry.u32();
  std::vector<MissProperty> of_miss;
  read_properties(entry, kBadLength, [&](uint16_t type, WireReader content) {
    if (type < kSynchronizedFrom && type % 2 == 1)
      of_miss.push_back({static_cast<uint16_t>(type - 1), content});
    else
      read_property(type, content, version, table);
  });
  table.miss = table.rules;
  for (const MissProperty& property : of_miss)
    if (!read_ability(property.type, property.content, table.miss))
      throw OfFault(OfFaultKind::kTableFeaturesBadType, "there is no such property of table features");
  return table;
}

}  // namespace

TableFeaturesRequest read_table_features(Incoming& in, bool more) {
  TableFeaturesRequest request{.more = more};
  while (in.body.left() > 0) {
    const uint16_t size = in.body.u16();
    if (size < 2) throw OfFault(kBadLength, "table features are shorter than their header");
    request.wanted.push_back(read_table(in.body.part(size - 2u, kBadLength), in.version));
  }
  return request;
}

Bytes write(const TableFeaturesRequest& message, Frame frame) {
  WireWriter writer = begin_multipart(MessageType::kMultipartRequest, Multipart::kTableFeatures, frame);
  if (message.more) writer.put_u16(kHeaderSize + 2, kMultipartMore);
  for (const TableFeatures& table : message.wanted) {
    WireWriter entry;
    write_table(table, frame.version, entry);
    writer.bytes(entry.written());
  }
  return finish(std::move(writer));
}

std::vector<Bytes> write(const TableFeaturesReply& message, Frame frame) {
  MultipartWriter list(Multipart::kTableFeatures, frame);
  for (const TableFeatures& table : message.tables)
    list.entry([&](WireWriter& writer) { write_table(table, frame.version, writer); });
  return list.finish();
}

}  // namespace flowbed::sw::ofp
