// ActionProgram: what nftables does with the packets of a flow.
//
// Not every list of actions can be one: nftables pushes and pops nothing, meters and samples nothing as we
// do, and cannot put back what it has changed. Packets of such flows go to user space.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "switchd/datapath/nft/key_layout.hh"
#include "switchd/flow/action.hh"

namespace flowbed::sw {

// How a change makes checksums wrong.
enum class ChecksumRepair : uint8_t {
  kNone,
  kIpv4Header,           // that of the header
  kIpv4HeaderAndPseudo,  // and those above, which cover addresses
  kPseudo,               // those above only
  kTcp,                  // that of the transport header itself
};

struct ActionStep {
  enum class Kind : uint8_t { kWrite, kOutput, kToUser };

  Kind kind;
  // kWrite: the bits of `mask` in two bytes of the packet
  PacketPart part = PacketPart::kLink;
  uint8_t offset = 0;
  ChecksumRepair repair = ChecksumRepair::kNone;
  uint16_t value = 0, mask = 0;
  PortNo port{};  // kOutput

  auto operator<=>(const ActionStep&) const = default;
};
using ActionProgram = std::vector<ActionStep>;  // none: drops

// Of a flow that user space handles.
inline const ActionProgram kLeaveToUser{{.kind = ActionStep::Kind::kToUser}};

// For packets of this flow; none: not to be expressed.
std::optional<ActionProgram> action_program(const ActionList& actions, const FlowKey& key,
                                            const FlowMask& mask);
ChangeDepth deepest_change(const ActionProgram& program);

}  // namespace flowbed::sw
