// Setting a field by an OXM or NXM entry: 1.3's SET_FIELD, and Nicira's with a mask.
#pragma once

#include "switchd/openflow/version.hh"
#include "switchd/openflow/wire.hh"
#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw {

// The entry, and the padding behind it.
of::SetField read_set_field(WireReader& body, OfVersion version);
of::SetField read_masked_set_field(WireReader& body);

// Whether SET_FIELD of this version can say it: of the whole field, and not of the metadata or the in-port.
bool has_set_field(const of::SetField& action, OfVersion version);
void write_set_field(const of::SetField& action, WireWriter& writer);
void write_masked_set_field(const of::SetField& action, WireWriter& writer);

}  // namespace flowbed::sw
