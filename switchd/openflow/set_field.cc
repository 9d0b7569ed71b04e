#include "switchd/openflow/set_field.hh"

#include <algorithm>

#include "switchd/openflow/action_frame.hh"
#include "switchd/openflow/entry_value.hh"
#include "switchd/openflow/match_codec.hh"
#include "switchd/openflow/port_numbers.hh"

namespace flowbed::sw {
namespace {

[[noreturn]] void refuse(OfFaultKind kind, const Field& field, const char* what) {
  throw OfFault(kind, std::string(field.name) + ": " + what);
}

bool is_pipelines_own(const Field& field) {
  return field.name == "metadata" || field.format == FieldFormat::kPort;
}

EntryHeader read_header(WireReader& body) {
  const EntryHeader header = read_entry_header(body);
  if (!header.field) throw OfFault(OfFaultKind::kBadSetType, "sets an unknown field");
  if (!header.field->settable) refuse(OfFaultKind::kBadSetType, *header.field, "cannot be set");
  return header;
}

size_t value_bytes(const EntryHeader& header) {
  const bool narrow =
      header.field->format == FieldFormat::kPort && header.payload == (header.has_mask ? 4 : 2);
  const size_t bytes = entry_bytes(*header.field, narrow);
  if (header.payload != bytes * (header.has_mask ? 2 : 1))
    refuse(OfFaultKind::kBadSetLength, *header.field, "wrong length");
  return bytes;
}

FieldValue read_value(const Field& field, size_t bytes, WireReader& body) {
  const auto value = from_entry(field, bytes, read_number(body, bytes));
  if (!value) refuse(OfFaultKind::kBadSetArgument, field, "no such value");
  return *value;
}

// Without OFPVID_PRESENT the tag would go, which no controller means.
void check_tag(const of::SetField& action) {
  constexpr FieldValue kPresent = 0x1000;
  if (action.field->format == FieldFormat::kVlanVid && (action.mask & kPresent) && !(action.value & kPresent))
    refuse(OfFaultKind::kBadSetArgument, *action.field, "lacks OFPVID_PRESENT");
}

void check_padding(const WireReader& body) {
  if (body.left() >= 8) throw OfFault(OfFaultKind::kBadActionLength, "bytes behind the field");
}

// NXM's type of service is OXM's DSCP: controllers of 1.3 know that.
const Field& as_oxm(const Field& field) {
  if (field.format != FieldFormat::kTos) return field;
  static const Field& dscp = field_named("ip_dscp");
  return dscp;
}

}  // namespace

of::SetField read_set_field(WireReader& body, OfVersion version) {
  const bool is_oxm = WireReader(body).u16() >= 0x8000;
  const EntryHeader header = read_header(body);
  const Field& field = *header.field;
  if (header.has_mask) refuse(OfFaultKind::kBadSetType, field, "takes no mask");
  if (is_oxm && (is_pipelines_own(field) || field.since > static_cast<uint8_t>(version)))
    refuse(OfFaultKind::kBadSetType, field, "cannot be set");
  const of::SetField action{&field, read_value(field, value_bytes(header), body), field.all_ones()};
  check_tag(action);
  check_padding(body);
  return action;
}

of::SetField read_masked_set_field(WireReader& body) {
  const EntryHeader header = read_header(body);
  const Field& field = *header.field;
  const size_t bytes = value_bytes(header);
  of::SetField action{&field, read_value(field, bytes, body), field.all_ones()};
  if (header.has_mask) action.mask = mask_from_entry(field, bytes, read_number(body, bytes));
  if (action.mask == 0 || (!field.maskable && action.mask != field.all_ones()) || action.value & ~action.mask)
    refuse(OfFaultKind::kBadSetArgument, field, "no such mask");
  check_tag(action);
  check_padding(body);
  return action;
}

bool has_set_field(const of::SetField& action, OfVersion version) {
  const Field& field = as_oxm(*action.field);
  return action.mask == field.all_ones() && !is_pipelines_own(field) &&
         (!field.oxm || field.since <= static_cast<uint8_t>(version));
}

void write_set_field(const of::SetField& action, WireWriter& writer) {
  const Field& field = as_oxm(*action.field);
  write_entry_header(field, false, false, writer);
  write_entry_value(field, action.value, field.wire_bytes, writer);
}

void write_masked_set_field(const of::SetField& action, WireWriter& writer) {
  const Field& field = *action.field;
  const bool has_mask = action.mask != field.all_ones();
  const bool nicira = field.format != FieldFormat::kPort;
  write_entry_header(field, has_mask, nicira, writer);
  write_entry_value(field, action.value & action.mask, field.wire_bytes, writer);
  if (has_mask) write_number(writer, action.mask, field.wire_bytes);
}

}  // namespace flowbed::sw
