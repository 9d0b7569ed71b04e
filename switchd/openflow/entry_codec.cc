#include "switchd/openflow/entry_value.hh"
#include "switchd/openflow/match_codec.hh"
#include "switchd/openflow/port_numbers.hh"

namespace flowbed::sw {
namespace {

constexpr uint16_t kExperimenterClass = 0xffff;
constexpr OxmId kNxmInPort{0, 0};
constexpr FieldValue kEcnBits = 3;  // of the type of service

const Field& in_port_field() {
  static const Field& field = field_named("in_port");
  return field;
}

const Field* field_of(const OxmId& id) { return id == kNxmInPort ? &in_port_field() : find_field(id); }

OxmId id_of(const Field& field, bool nicira) {
  if (nicira && &field == &in_port_field()) return kNxmInPort;
  if (nicira && field.nxm) return *field.nxm;
  return field.oxm ? *field.oxm : *field.nxm;
}

}  // namespace

bool is_narrow_port(const Field& field, size_t bytes) {
  return field.format == FieldFormat::kPort && bytes == 2;
}

size_t entry_bytes(const Field& field, bool narrow) {
  return narrow && &field == &in_port_field() ? 2 : field.wire_bytes;
}

std::optional<FieldValue> from_entry(const Field& field, size_t bytes, FieldValue number) {
  if (is_narrow_port(field, bytes)) return to_number(widen_port(static_cast<uint16_t>(number)));
  if (field.format == FieldFormat::kTos) {
    if (number & kEcnBits) return std::nullopt;
    number >>= 2;
  }
  if (number & ~field.all_ones()) return std::nullopt;
  return number;
}

FieldValue to_entry(const Field& field, size_t bytes, FieldValue value) {
  if (is_narrow_port(field, bytes)) return narrow_port(OfPort{static_cast<uint32_t>(value)});
  return field.format == FieldFormat::kTos ? value << 2 : value;
}

FieldValue mask_from_entry(const Field& field, size_t bytes, FieldValue number) {
  if (is_narrow_port(field, bytes)) return number == 0xffff ? field.all_ones() : number;
  if (field.format == FieldFormat::kTos) number >>= 2;
  return number & field.all_ones();
}

FieldValue read_number(WireReader& reader, size_t bytes) {
  FieldValue number = 0;
  for (const uint8_t byte : reader.take(bytes)) number = number << 8 | byte;
  return number;
}

void write_number(WireWriter& writer, FieldValue number, size_t bytes) {
  for (size_t i = bytes; i-- > 0;)
    writer.u8(i < sizeof number ? static_cast<uint8_t>(number >> (8 * i)) : uint8_t{0});
}

EntryHeader read_entry_header(WireReader& reader) {
  OxmId id{reader.u16(), 0};
  const uint8_t number_and_mask = reader.u8();
  size_t payload = reader.u8();
  id.number = number_and_mask >> 1;
  if (id.of_class == kExperimenterClass && payload >= 4) {
    id.experimenter = reader.u32();
    payload -= 4;
  }
  return {.field = field_of(id), .has_mask = (number_and_mask & 1) != 0, .payload = payload};
}

void write_entry_header(const Field& field, bool has_mask, bool nicira, WireWriter& writer) {
  const OxmId id = id_of(field, nicira);
  const bool experimenter = id.of_class == kExperimenterClass;
  const size_t payload = entry_bytes(field, id == kNxmInPort) * (has_mask ? 2 : 1) + (experimenter ? 4 : 0);
  writer.u16(id.of_class);
  writer.u8(static_cast<uint8_t>(id.number << 1 | (has_mask ? 1 : 0)));
  writer.u8(static_cast<uint8_t>(payload));
  if (experimenter) writer.u32(id.experimenter);
}

FieldValue read_entry_value(const Field& field, size_t bytes, WireReader& reader) {
  const std::optional<FieldValue> value = from_entry(field, bytes, read_number(reader, bytes));
  if (!value) throw OfFault(OfFaultKind::kBadMatchValue, std::string(field.name) + ": no such value");
  return *value;
}

void write_entry_value(const Field& field, FieldValue value, size_t bytes, WireWriter& writer) {
  write_number(writer, to_entry(field, bytes, value), bytes);
}

}  // namespace flowbed::sw
