// Values of fields as OXM and NXM entries have them, which is not always as the table of fields does: the
// type of service is a whole byte, and NXM_OF_IN_PORT has 16 bits.
#pragma once

#include <optional>

#include "switchd/openflow/wire.hh"
#include "switchd/slowpath/pipeline/match.hh"

namespace flowbed::sw {

// The port where an entry has only two bytes for it.
bool is_narrow_port(const Field& field, size_t bytes);

// Bytes of the value in an entry; `narrow`: of NXM_OF_IN_PORT.
size_t entry_bytes(const Field& field, bool narrow);

// Nothing: no value of the field.
std::optional<FieldValue> from_entry(const Field& field, size_t bytes, FieldValue number);
FieldValue to_entry(const Field& field, size_t bytes, FieldValue value);
// Bits of a mask that lie outside the field are dropped: there, every value is zero.
FieldValue mask_from_entry(const Field& field, size_t bytes, FieldValue number);

FieldValue read_number(WireReader& reader, size_t bytes);  // the low 128 bits
void write_number(WireWriter& writer, FieldValue number, size_t bytes);

}  // namespace flowbed::sw
