#include "switchd/openflow/match_codec.hh"

#include "switchd/openflow/match_entries.hh"

namespace flowbed::sw {
namespace {

constexpr uint16_t kOxmType = 1;
constexpr size_t kHeaderSize = 4;  // type and length, which the length counts, but not the padding

size_t padding(size_t size) { return (8 - size % 8) % 8; }

Match read_oxm_match(WireReader& reader, OfVersion version) {
  WireReader ahead(reader.rest(), OfFaultKind::kBadMatchLength);
  if (ahead.u16() != kOxmType) throw OfFault(OfFaultKind::kBadMatchType, "only OXM matches are known");
  const size_t length = ahead.u16();
  if (length < kHeaderSize) throw OfFault(OfFaultKind::kBadMatchLength, "a match is shorter than its header");
  const Match match = read_entries(ahead.part(length - kHeaderSize), version, nullptr);
  ahead.skip(padding(length));
  reader.skip(reader.left() - ahead.left());
  return match;
}

void write_oxm_match(const Match& match, OfVersion version, WireWriter& writer) {
  const size_t start = writer.size();
  writer.u16(kOxmType);
  writer.u16(0);
  write_match_entries(match, version, false, writer);
  writer.put_u16(start + 2, static_cast<uint16_t>(writer.size() - start));
  writer.pad_to(8, start);
}

}  // namespace

Match read_match(WireReader& reader, OfVersion version) {
  return version == OfVersion::k10 ? read_match_v10(reader) : read_oxm_match(reader, version);
}

void write_match(const Match& match, OfVersion version, WireWriter& writer) {
  if (version == OfVersion::k10)
    write_match_v10(match, writer);
  else
    write_oxm_match(match, version, writer);
}

}  // namespace flowbed::sw
