// Lists of OXM and NXM entries, as a version of OpenFlow has them.
#pragma once

#include "switchd/openflow/match_codec.hh"

namespace flowbed::sw {

inline constexpr OfVersion kNewestVersion = OfVersion::k14;

// As read_match_entries; OXM fields that are newer than `version` are unknown. NXM's are known in all.
Match read_entries(WireReader reader, OfVersion version, Cookie* cookie);

Match read_match_v10(WireReader& reader);
// What the fixed structure cannot say is left out: then it matches more.
void write_match_v10(const Match& match, WireWriter& writer);

}  // namespace flowbed::sw
