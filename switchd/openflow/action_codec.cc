#include "switchd/openflow/action_codec.hh"

#include "switchd/openflow/action_frame.hh"

namespace flowbed::sw {
namespace {

constexpr size_t kHeaderSize = 4;  // type and length

OfAction read_action(WireReader& reader, OfVersion version) {
  const uint16_t type = reader.u16();
  const size_t length = reader.u16();
  if (length < 2 * kHeaderSize || length % 8 != 0 || length > reader.left() + kHeaderSize)
    throw OfFault(OfFaultKind::kBadActionLength, "an action of " + std::to_string(length) + " bytes");
  WireReader body = reader.part(length - kHeaderSize);
  return version == OfVersion::k10 ? read_action_v10(type, body) : read_action_v13(type, body, version);
}

}  // namespace

OfActions read_actions(WireReader reader, OfVersion version) {
  OfActions actions;
  WireReader list = reader.part(reader.left(), OfFaultKind::kBadActionLength);
  while (list.left() > 0) actions.push_back(read_action(list, version));
  return actions;
}

void write_actions(const OfActions& actions, OfVersion version, WireWriter& writer) {
  for (const OfAction& action : actions) {
    if (version == OfVersion::k10)
      write_action_v10(action, writer);
    else
      write_action_v13(action, version, writer);
  }
}

}  // namespace flowbed::sw
