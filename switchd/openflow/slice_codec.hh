// Slices of fields in Nicira's actions: an NXM header, and the first bit and the number of bits beside it.
//
// On the wire a slice counts the bits of the entry's value. That is not always the field's: the type of
// service is a byte whose low two bits are zero, ARP's operation has 16 bits, NXM_OF_IN_PORT too.
#pragma once

#include "switchd/openflow/wire.hh"
#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw {

struct WireSlice {
  const Field* field;
  size_t bytes;  // of the entry's value
  unsigned offset, count;
};

// As in `load`, where first bit and count share 16 bits.
struct SliceBits {
  unsigned offset, count;
};
SliceBits read_slice_bits(WireReader& reader);
void write_slice_bits(const FieldSlice& slice, WireWriter& writer);

// The header alone. Throws kBadActionArgument: no such field, or not so many bits.
WireSlice read_slice(WireReader& reader, SliceBits bits);
void write_slice_field(const FieldSlice& slice, WireWriter& writer);
unsigned offset_on_wire(const FieldSlice& slice);

// What the wire's slice is of the field.
FieldSlice slice_of(const WireSlice& slice);
of::Move move_of(const WireSlice& from, const WireSlice& to);
of::Load load_of(const WireSlice& to, FieldValue value);

// A destination, of which the field must be settable.
const WireSlice& settable(const WireSlice& slice);

}  // namespace flowbed::sw
