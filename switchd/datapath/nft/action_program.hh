// ActionProgram: what nftables does with the packets of a flow.
//
// Not every list of actions can be one: nftables makes packets neither longer nor shorter, and meters and
// samples nothing as we do. Packets of such flows go to user space. What is done to a copy is done to the
// packet itself, which is put right behind it.
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
  kUdp,
};

struct ActionStep {
  enum class Kind : uint8_t { kWrite, kSave, kRestore, kOutput, kToUser };

  Kind kind;
  // kWrite, kSave, kRestore: two bytes of the packet
  PacketPart part = PacketPart::kLink;
  uint8_t offset = 0;
  ChecksumRepair repair = ChecksumRepair::kNone;
  uint16_t value = 0, mask = 0;  // kWrite: which of their bits become what
  uint8_t slot = 0;              // kSave, kRestore: where they are kept, below kSaveSlots
  PortNo port{};                 // kOutput

  auto operator<=>(const ActionStep&) const = default;
};
using ActionProgram = std::vector<ActionStep>;  // none: drops
inline constexpr size_t kSaveSlots = 15;

// Of a flow that user space handles.
inline const ActionProgram kLeaveToUser{{.kind = ActionStep::Kind::kToUser}};

// For packets of this flow; none: not to be expressed.
std::optional<ActionProgram> action_program(const ActionList& actions, const FlowKey& key,
                                            const FlowMask& mask);
ChangeDepth deepest_change(const ActionProgram& program);
bool changes_tag(const ActionProgram& program);

}  // namespace flowbed::sw
