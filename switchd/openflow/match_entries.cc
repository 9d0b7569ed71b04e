#include "switchd/openflow/match_entries.hh"

#include <algorithm>

#include "switchd/openflow/entry_value.hh"
#include "switchd/openflow/port_numbers.hh"

namespace flowbed::sw {
namespace {

constexpr FieldValue kTagged = 0x1000;  // OFPVID_PRESENT
constexpr uint16_t kNxm1 = 1;
constexpr uint8_t kCookieNumber = 30;  // as NXM_NX_MPLS_TTL, which has one byte

[[noreturn]] void refuse(OfFaultKind kind, const Field& field, const char* what) {
  throw OfFault(kind, std::string(field.name) + ": " + what);
}

struct Entry {
  const Field* field;
  FieldValue value, mask;
};

bool is_oxm(uint16_t of_class) { return of_class >= 0x8000; }

const Field& known_field(const EntryHeader& header, uint16_t of_class, OfVersion version) {
  const Field* field = header.field;
  if (!field || (is_oxm(of_class) && field->since > static_cast<uint8_t>(version)))
    throw OfFault(OfFaultKind::kBadMatchField, "unknown field");
  const size_t bytes = entry_bytes(*field, of_class == 0);
  if (header.payload != bytes * (header.has_mask ? 2 : 1))
    refuse(OfFaultKind::kBadMatchLength, *field, "wrong length");
  return *field;
}

// That a field is masked with zeros only, or with ones only, is allowed for all: so says 7.2.3.5 of
// OpenFlow 1.3.
FieldValue read_mask(const Field& field, size_t bytes, FieldValue value, WireReader& reader) {
  const FieldValue mask = mask_from_entry(field, bytes, read_number(reader, bytes));
  if (value & ~mask) refuse(OfFaultKind::kBadMatchWildcards, field, "bits outside the mask");
  if (!field.maskable && mask != 0 && mask != field.all_ones())
    refuse(OfFaultKind::kBadMatchMask, field, "takes no mask");
  return mask;
}

// An id without a tag matches nothing, and is always meant to be one with OFPVID_PRESENT.
bool is_id_without_tag(const Entry& entry) {
  return entry.field->format == FieldFormat::kVlanVid && (entry.mask & kTagged) && !(entry.value & kTagged) &&
         entry.value != 0;
}

Entry read_entry(WireReader& reader, OfVersion version) {
  WireReader ahead = reader;
  const uint16_t of_class = ahead.u16();
  const EntryHeader header = read_entry_header(reader);
  const Field& field = known_field(header, of_class, version);
  const size_t bytes = entry_bytes(field, of_class == 0);
  Entry entry{&field, read_entry_value(field, bytes, reader), field.all_ones()};
  if (header.has_mask) entry.mask = read_mask(field, bytes, entry.value, reader);
  if (is_id_without_tag(entry)) refuse(OfFaultKind::kBadMatchValue, field, "an id without a tag");
  return entry;
}

void add(const Entry& entry, Match& match) {
  if (entry.mask == 0) return;
  const Field& field = *entry.field;
  if (!has_field(field, match.key))
    refuse(OfFaultKind::kBadMatchPrerequisite, field, "what it needs is not matched before it");
  if (read_field(field, match.mask) != 0) refuse(OfFaultKind::kDuplicateMatchField, field, "given twice");
  match.set(field, entry.value, entry.mask);
}

bool is_cookie(WireReader ahead) {
  if (ahead.left() < 4 || ahead.u16() != kNxm1) return false;
  const uint8_t number_and_mask = ahead.u8();
  return number_and_mask >> 1 == kCookieNumber && ahead.u8() == ((number_and_mask & 1) ? 16 : 8);
}

void read_cookie(WireReader& reader, Cookie* cookie) {
  if (!cookie) throw OfFault(OfFaultKind::kBadMatchField, "a cookie is no field here");
  reader.skip(2);
  const bool has_mask = reader.u8() & 1;
  reader.skip(1);
  cookie->value = reader.u64();
  cookie->mask = has_mask ? reader.u64() : ~uint64_t{0};
  if (cookie->value & ~cookie->mask)
    throw OfFault(OfFaultKind::kBadMatchWildcards, "cookie: bits outside the mask");
}

// Whether only NXM_OF_VLAN_TCI can say what is matched of the tag, and not VLAN_VID and VLAN_PCP.
bool needs_whole_tag(const Match& match) {
  static const Field& vid = field_named("vlan_vid");
  static const Field& pcp = field_named("vlan_pcp");
  const FieldValue id = read_field(vid, match.key), priority_bits = read_field(pcp, match.mask);
  if (priority_bits != 0 && (priority_bits != pcp.all_ones() || !has_field(pcp, match.key))) return true;
  return is_id_without_tag({&vid, id, read_field(vid, match.mask)});
}

struct Form {
  OfVersion version;
  bool nicira, whole_tag;
  // Whether the field has the wanted kind of entry; what is left then takes the other kind.
  bool prefers(const Field& field) const {
    if (field.format == FieldFormat::kVlanTci) return nicira || whole_tag;
    if (field.format == FieldFormat::kPort || nicira) return field.nxm || field.format == FieldFormat::kPort;
    return field.oxm && field.since <= static_cast<uint8_t>(version);
  }
  bool allows(const Field& field) const {
    return field.nxm || field.since <= static_cast<uint8_t>(version) || nicira;
  }
};

void take(const Match& match, PipelineMask& left, auto wanted, std::vector<Entry>& found) {
  for (const Field& field : fields()) {
    const FieldValue mask = read_field(field, left);
    if (mask == 0 || !wanted(field) || !has_field(field, match.key)) continue;
    if (!field.maskable && mask != field.all_ones()) continue;
    found.push_back({&field, read_field(field, match.key) & mask, mask});
    write_field(field, 0, left);
  }
}

// Prerequisites come first: the table of fields has them in that order, and every one has both kinds of
// entry.
std::vector<Entry> entries_of(const Match& match, const Form& form) {
  std::vector<Entry> found;
  PipelineMask left = match.mask;
  take(
      match, left, [&](const Field& field) { return form.prefers(field); }, found);
  take(
      match, left, [&](const Field& field) { return form.allows(field); }, found);
  return found;
}

bool as_nicira(const Entry& entry, const Form& form) {
  if (entry.field->format == FieldFormat::kPort)
    return form.nicira && has_narrow_port(OfPort{static_cast<uint32_t>(entry.value)});
  return form.nicira || (entry.field->oxm && entry.field->since > static_cast<uint8_t>(form.version));
}

void write_entry(const Entry& entry, bool nicira, WireWriter& writer) {
  const Field& field = *entry.field;
  const bool has_mask = entry.mask != field.all_ones();
  const size_t bytes = entry_bytes(field, nicira);
  write_entry_header(field, has_mask, nicira, writer);
  write_entry_value(field, entry.value, bytes, writer);
  if (has_mask) write_number(writer, entry.mask, bytes);
}

}  // namespace

Match read_entries(WireReader reader, OfVersion version, Cookie* cookie) {
  Match match;
  WireReader entries = reader.part(reader.left(), OfFaultKind::kBadMatchLength);
  while (entries.left() > 0) {
    if (is_cookie(entries))
      read_cookie(entries, cookie);
    else
      add(read_entry(entries, version), match);
  }
  return match;
}

Match read_match_entries(WireReader entries, Cookie* cookie) {
  return read_entries(entries, kNewestVersion, cookie);
}

void write_match_entries(const Match& match, OfVersion version, bool nicira, WireWriter& writer) {
  const Form form{version, nicira, needs_whole_tag(match)};
  for (const Entry& entry : entries_of(match, form)) write_entry(entry, as_nicira(entry, form), writer);
}

}  // namespace flowbed::sw
