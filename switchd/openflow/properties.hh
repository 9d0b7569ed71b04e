// Lists of properties, as OpenFlow 1.4 has them nearly everywhere, and 1.3 in table features: type, length,
// content, filled up to a multiple of eight bytes.
#pragma once

#include "switchd/openflow/wire.hh"

namespace flowbed::sw::ofp {

// Calls read(uint16_t type, WireReader content) for each property in all of `list`. Throws OfFault of kind
// `bad` for a length that cannot be.
template <class Read>
void read_properties(WireReader& list, OfFaultKind bad, Read read) {
  while (list.left() > 0) {
    WireReader header = list.part(4, bad);
    const uint16_t type = header.u16(), size = header.u16();
    if (size < 4) throw OfFault(bad, "a property is shorter than its header");
    WireReader content = list.part(size - 4u, bad);
    read(type, content);
    const size_t padding = (8 - size % 8) % 8;
    list.skip(padding < list.left() ? padding : list.left());
  }
}

template <class Write>  // void(WireWriter&)
void write_property(uint16_t type, WireWriter& writer, Write write) {
  const size_t start = writer.size();
  writer.u16(type);
  writer.u16(0);
  write(writer);
  writer.put_u16(start + 2, static_cast<uint16_t>(writer.size() - start));
  writer.pad_to(8, start);
}

}  // namespace flowbed::sw::ofp
