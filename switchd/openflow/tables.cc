// Tables: what they count, and how they make room.
#include "switchd/openflow/message_codec.hh"
#include "switchd/openflow/properties.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr uint16_t kEvictionProperty = 2, kVacancyProperty = 3;
constexpr uint32_t kWildcardsV10 = (1u << 22) - 1;  // all that 1.0 has

// Of a TableMod and a TableDesc.
void write_table_properties(const auto& table, WireWriter& writer) {
  if (table.eviction)
    write_property(kEvictionProperty, writer, [&](WireWriter& w) { w.u32(*table.eviction); });
  if (table.vacancy)
    write_property(kVacancyProperty, writer, [&](WireWriter& w) {
      w.u8(table.vacancy->down);
      w.u8(table.vacancy->up);
      w.u8(table.vacancy->now);
      w.u8(0);
    });
}

Vacancy read_vacancy(WireReader& content) {
  Vacancy vacancy;
  vacancy.down = content.u8();
  vacancy.up = content.u8();
  content.skip(2);
  return vacancy;
}

void read_table_properties(WireReader& body, TableMod& mod) {
  read_properties(body, OfFaultKind::kBadLength, [&](uint16_t type, WireReader content) {
    if (type == kEvictionProperty)
      mod.eviction = content.u32();
    else if (type == kVacancyProperty)
      mod.vacancy = read_vacancy(content);
    else
      throw OfFault(OfFaultKind::kTableModBadConfig, "the table has no such property");
  });
}

void write_desc(const TableDesc& table, WireWriter& writer) {
  const size_t start = writer.size();
  writer.u16(0);
  writer.u8(table.table);
  writer.u8(0);
  writer.u32(table.config);
  write_table_properties(table, writer);
  close_length(writer, start, start);
}

void write_stats(const TableStats& table, OfVersion version, WireWriter& writer) {
  writer.u8(table.table);
  writer.zeros(3);
  if (version == OfVersion::k10) {
    writer.text(table.name, 32);
    writer.u32(kWildcardsV10);
    writer.u32(table.max_rules);
  }
  writer.u32(table.rules);
  writer.u64(table.lookups);
  writer.u64(table.matches);
}

}  // namespace

TableMod read_table_mod(Incoming& in) {
  TableMod mod;
  mod.table = in.body.u8();
  in.body.skip(3);
  mod.config = in.body.u32();
  if (in.is(OfVersion::k14)) read_table_properties(in.body, mod);
  return mod;
}

Bytes write(const TableMod& message, Frame frame) {
  WireWriter writer = begin(MessageType::kTableMod, frame);
  writer.u8(message.table);
  writer.zeros(3);
  writer.u32(message.config);
  if (frame.is(OfVersion::k14)) write_table_properties(message, writer);
  return finish(std::move(writer));
}

Bytes write(const TableStatus& message, Frame frame) {
  WireWriter writer = begin(MessageType::kTableStatus, frame);
  writer.u8(static_cast<uint8_t>(message.reason));
  writer.zeros(7);
  write_desc(message.table, writer);
  return finish(std::move(writer));
}

Bytes write(const TableStatsRequest&, Frame frame) {
  return finish(begin_multipart(MessageType::kMultipartRequest, Multipart::kTable, frame));
}
Bytes write(const TableDescRequest&, Frame frame) {
  return finish(begin_multipart(MessageType::kMultipartRequest, Multipart::kTableDesc, frame));
}

std::vector<Bytes> write(const TableStatsReply& message, Frame frame) {
  MultipartWriter list(Multipart::kTable, frame);
  for (const TableStats& table : message.tables)
    list.entry([&](WireWriter& writer) { write_stats(table, frame.version, writer); });
  return list.finish();
}

std::vector<Bytes> write(const TableDescReply& message, Frame frame) {
  MultipartWriter list(Multipart::kTableDesc, frame);
  for (const TableDesc& table : message.tables)
    list.entry([&](WireWriter& writer) { write_desc(table, writer); });
  return list.finish();
}

}  // namespace flowbed::sw::ofp
