#include "switchd/openflow/port_numbers.hh"

#include "switchd/openflow/action_codec.hh"

namespace flowbed::sw {

OfPort read_port(WireReader& reader, OfVersion version) {
  return version == OfVersion::k10 ? widen_port(reader.u16()) : OfPort{reader.u32()};
}

void write_port(OfPort port, OfVersion version, WireWriter& writer) {
  if (version == OfVersion::k10)
    writer.u16(narrow_port(port));
  else
    writer.u32(to_number(port));
}

}  // namespace flowbed::sw
