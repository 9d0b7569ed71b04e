#include "switchd/openflow/slice_codec.hh"

#include "switchd/openflow/action_frame.hh"
#include "switchd/openflow/entry_value.hh"
#include "switchd/openflow/match_codec.hh"

namespace flowbed::sw {
namespace {

constexpr unsigned kEcnBits = 2;

unsigned bits_on_wire(const WireSlice& slice) {
  const Field& field = *slice.field;
  const bool by_bytes =
      field.format == FieldFormat::kTos || field.format == FieldFormat::kPort || field.name == "arp_op";
  return by_bytes ? static_cast<unsigned>(8 * slice.bytes) : field.bits;
}

bool is_whole(const WireSlice& slice) { return slice.offset == 0 && slice.count == bits_on_wire(slice); }

FieldSlice whole(const WireSlice& slice) { return {slice.field, 0, slice.field->bits}; }

bool fits_field(const WireSlice& slice) {
  const unsigned shift = slice.field->format == FieldFormat::kTos ? kEcnBits : 0;
  return slice.offset >= shift && slice.offset - shift + slice.count <= slice.field->bits;
}

// Bit by bit the same.
FieldSlice exact(const WireSlice& slice) {
  if (!fits_field(slice)) bad_argument("a slice reaches beyond its field");
  const unsigned shift = slice.field->format == FieldFormat::kTos ? kEcnBits : 0;
  return {slice.field, slice.offset - shift, slice.count};
}

bool fits(FieldValue value, unsigned bits) { return bits >= 128 || value >> bits == 0; }

}  // namespace

SliceBits read_slice_bits(WireReader& reader) {
  const uint16_t both = reader.u16();
  return {static_cast<unsigned>(both >> 6), (both & 0x3fu) + 1};
}

void write_slice_bits(const FieldSlice& slice, WireWriter& writer) {
  writer.u16(static_cast<uint16_t>(offset_on_wire(slice) << 6 | ((slice.count - 1) & 0x3f)));
}

WireSlice read_slice(WireReader& reader, SliceBits bits) {
  const EntryHeader header = read_entry_header(reader);
  if (!header.field || header.has_mask) bad_argument("a slice of an unknown field");
  const bool narrow = is_narrow_port(*header.field, header.payload);
  if (header.payload != entry_bytes(*header.field, narrow)) bad_argument("a slice of an unknown field");
  const WireSlice slice{header.field, header.payload, bits.offset, bits.count};
  if (bits.count == 0 || bits.offset + bits.count > bits_on_wire(slice))
    bad_argument("a slice reaches beyond its field");
  return slice;
}

void write_slice_field(const FieldSlice& slice, WireWriter& writer) {
  const bool wide_port = slice.field->format == FieldFormat::kPort && slice.offset + slice.count > 16;
  write_entry_header(*slice.field, false, !wide_port, writer);
}

unsigned offset_on_wire(const FieldSlice& slice) {
  return slice.offset + (slice.field->format == FieldFormat::kTos ? kEcnBits : 0);
}

FieldSlice slice_of(const WireSlice& slice) { return exact(slice); }

of::Move move_of(const WireSlice& from, const WireSlice& to) {
  if (is_whole(from) && is_whole(to) && from.field->bits == to.field->bits) return {whole(from), whole(to)};
  return {exact(from), exact(to)};
}

of::Load load_of(const WireSlice& to, FieldValue value) {
  if (!fits(value, to.count)) bad_argument("a value has more bits than the slice");
  if (!is_whole(to)) return {exact(to), value};
  const auto of_field = from_entry(*to.field, to.bytes, value);
  if (!of_field) bad_argument("no such value of the field");
  return {whole(to), *of_field};
}

const WireSlice& settable(const WireSlice& slice) {
  if (!slice.field->settable) bad_argument("the field cannot be set");
  return slice;
}

}  // namespace flowbed::sw
