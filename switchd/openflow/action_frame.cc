#include "switchd/openflow/action_frame.hh"

#include <algorithm>

namespace flowbed::sw {

OfAction read_by(std::span<const ActionReader> kinds, uint16_t type, WireReader& body, OfFaultKind unknown) {
  const auto kind = std::ranges::find(kinds, type, &ActionReader::type);
  if (kind == kinds.end()) throw OfFault(unknown, "no action of type " + std::to_string(type));
  if (kind->size != kAnySize && kind->size != body.left())
    throw OfFault(OfFaultKind::kBadActionLength,
                  "the action of type " + std::to_string(type) + " has another length");
  return kind->read(body);
}

void bad_argument(const char* what) { throw OfFault(OfFaultKind::kBadActionArgument, what); }

}  // namespace flowbed::sw
