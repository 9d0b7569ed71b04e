// What actions of all versions share on the wire: type and length before them, padding to eight bytes behind.
#pragma once

#include <span>
#include <utility>

#include "switchd/openflow/action_codec.hh"

namespace flowbed::sw {

inline constexpr uint16_t kExperimenterType = 0xffff;  // 1.0: vendor
inline constexpr uint32_t kNiciraVendor = 0x00002320;
inline constexpr size_t kAnySize = SIZE_MAX;

// How one kind of action is read. The reader stands behind the header, and need not be read to its end.
struct ActionReader {
  uint16_t type;
  size_t size;  // bytes after the header; kAnySize: its reader checks them
  OfAction (*read)(WireReader& body);
};
// Throws of the kind `unknown` if there is none of this type, and kBadActionLength if the size is wrong.
OfAction read_by(std::span<const ActionReader> kinds, uint16_t type, WireReader& body, OfFaultKind unknown);

// Each behind type and length; Nicira's also behind the vendor.
OfAction read_action_v10(uint16_t type, WireReader& body);
OfAction read_action_v13(uint16_t type, WireReader& body, OfVersion version);
OfAction read_vendor_action(WireReader& body);

void write_action_v10(const OfAction& action, WireWriter& writer);
void write_action_v13(const OfAction& action, OfVersion version, WireWriter& writer);
// Nothing is written for actions that Nicira has no form of: groups, PBB, copied TTLs, new tags.
void write_nicira_action(const OfAction& action, WireWriter& writer);

[[noreturn]] void bad_argument(const char* what);

// Type, length, what `body` writes, and padding.
template <class Body>
void framed(WireWriter& writer, uint16_t type, Body body) {
  const size_t start = writer.size();
  writer.u16(type);
  writer.u16(0);
  body();
  writer.pad_to(8, start);
  const size_t length = writer.size() - start;
  if (length > 0xffff) throw OfFault(OfFaultKind::kBadActionLength, "an action is too long for a message");
  writer.put_u16(start + 2, static_cast<uint16_t>(length));
}

template <class Body>
void framed_nicira(WireWriter& writer, uint16_t subtype, Body body) {
  framed(writer, kExperimenterType, [&] {
    writer.u32(kNiciraVendor);
    writer.u16(subtype);
    body();
  });
}

}  // namespace flowbed::sw
