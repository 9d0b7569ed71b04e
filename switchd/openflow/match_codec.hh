// Matches and single fields as they stand in messages: the fixed structure of 1.0, OXM, and Nicira's NXM.
#pragma once

#include "switchd/openflow/version.hh"
#include "switchd/openflow/wire.hh"
#include "switchd/slowpath/pipeline/match.hh"

namespace flowbed::sw {

// ofp_match with its padding. Throws OfFault: unknown field, bad length, mask or value, a missing
// prerequisite, a field twice.
Match read_match(WireReader& reader, OfVersion version);
void write_match(const Match& match, OfVersion version, WireWriter& writer);

// The bare entries, as nx_match and OXM lists have them. A cookie entry (NXM_NX_COOKIE) is no field and goes
// to `cookie`.
struct Cookie {
  uint64_t value = 0, mask = 0;
};
Match read_match_entries(WireReader entries, Cookie* cookie = nullptr);
void write_match_entries(const Match& match, OfVersion version, bool nicira, WireWriter& writer);

// One entry's header: which field, whether a mask follows, how many bytes of payload.
struct EntryHeader {
  const Field* field;  // null: unknown
  bool has_mask;
  size_t payload;  // bytes
};
EntryHeader read_entry_header(WireReader& reader);
// As NXM where `nicira` and the field has it, else as OXM.
void write_entry_header(const Field& field, bool has_mask, bool nicira, WireWriter& writer);
FieldValue read_entry_value(const Field& field, size_t bytes, WireReader& reader);
void write_entry_value(const Field& field, FieldValue value, size_t bytes, WireWriter& writer);

}  // namespace flowbed::sw
