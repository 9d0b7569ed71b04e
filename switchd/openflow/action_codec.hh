// Actions, instructions, buckets and bands as they stand in messages, of each version and Nicira's.
#pragma once

#include "switchd/openflow/version.hh"
#include "switchd/openflow/wire.hh"
#include "switchd/slowpath/pipeline/requests.hh"

namespace flowbed::sw {

// All of `reader`. Throws OfFault: what cannot be parsed, or is no action of this version. Whether an action
// fits the match, its port or group exists and so on is for the pipeline to tell.
OfActions read_actions(WireReader reader, OfVersion version);
void write_actions(const OfActions& actions, OfVersion version, WireWriter& writer);

Instructions read_instructions(WireReader reader, OfVersion version);  // 1.3 and later
void write_instructions(const Instructions& instructions, OfVersion version, WireWriter& writer);

std::vector<Bucket> read_buckets(WireReader reader, OfVersion version);
void write_buckets(const std::vector<Bucket>& buckets, OfVersion version, WireWriter& writer);

std::vector<MeterBand> read_bands(WireReader reader);
void write_bands(const std::vector<MeterBand>& bands, WireWriter& writer);

// Port numbers: 16 bits in 1.0, where those from 0xff00 on are reserved ones.
OfPort read_port(WireReader& reader, OfVersion version);
void write_port(OfPort port, OfVersion version, WireWriter& writer);

}  // namespace flowbed::sw
