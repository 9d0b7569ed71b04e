#include "switchd/datapath/nft/action_program.hh"

#include <algorithm>

#include <arpa/inet.h>

#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {

// Chunks of the flow key (see Action::set) from which on its members stand.
constexpr size_t kEthDst = 4, kEthSrc = 8, kTos = 12, kTtl = 13, kTpSrc = 14, kTpDst = 15, kL3 = 16;
constexpr size_t kMacChunks = 3;

struct Place {
  PacketPart part;
  size_t offset;
  ChecksumRepair repair;
  unsigned shift = 0;  // the member stands so many bits further left in the key than in the packet
};

std::optional<Place> link_place(size_t chunk) {
  if (chunk >= kEthDst && chunk < kEthDst + kMacChunks)
    return Place{PacketPart::kLink, 2 * (chunk - kEthDst), ChecksumRepair::kNone};
  if (chunk >= kEthSrc && chunk < kEthSrc + kMacChunks)
    return Place{PacketPart::kLink, 6 + 2 * (chunk - kEthSrc), ChecksumRepair::kNone};
  return {};
}

std::optional<Place> port_place(size_t chunk, uint8_t proto) {
  if (proto != kTcp) return {};  // UDP may do without a checksum, which nftables would then invent
  return Place{PacketPart::kTransport, 2 * (chunk - kTpSrc), ChecksumRepair::kTcp};
}

std::optional<Place> ipv4_place(size_t chunk, uint16_t mask) {
  constexpr auto kIp = PacketPart::kNetwork;
  if (chunk == kTos) return Place{kIp, 0, ChecksumRepair::kIpv4Header};
  if (chunk == kTtl && (mask & 0x00ff) == 0) return Place{kIp, 8, ChecksumRepair::kIpv4Header};
  if (chunk >= kL3 && chunk < kL3 + 4)
    return Place{kIp, 12 + 2 * (chunk - kL3), ChecksumRepair::kIpv4HeaderAndPseudo};
  return {};
}

std::optional<Place> ipv6_place(size_t chunk, uint16_t mask) {
  constexpr auto kIp = PacketPart::kNetwork;
  if (chunk == kTtl && (mask & 0x00ff) == 0) return Place{kIp, 6, ChecksumRepair::kNone, 8};
  if (chunk >= kL3 && chunk < kL3 + 16) return Place{kIp, 8 + 2 * (chunk - kL3), ChecksumRepair::kPseudo};
  return {};
}

std::optional<Place> place_of(const Action& action, const FlowKey& key, const FlowMask& mask) {
  const size_t chunk = action.type;
  if (const auto place = link_place(chunk)) return place;
  if (mask.f.eth_type != 0xffff) return {};
  if (chunk == kTos && action.set_mask() & 0xff00) return {};
  const bool is_port = chunk == kTpSrc || chunk == kTpDst;
  if (flow_key_is(&key, FLOW_ETH_TYPE_IPV4))
    return is_port && mask.f.ip_proto == 0xff ? port_place(chunk, key.f.ip_proto)
                                              : ipv4_place(chunk, action.set_mask());
  if (flow_key_is(&key, FLOW_ETH_TYPE_IPV6))
    return is_port && mask.f.ip_proto == 0xff ? port_place(chunk, key.f.ip_proto)
                                              : ipv6_place(chunk, action.set_mask());
  return {};
}

ChangeDepth depth_of(const ActionStep& step) {
  if (step.kind != ActionStep::Kind::kWrite || step.part == PacketPart::kLink) return ChangeDepth::kLink;
  if (step.part == PacketPart::kTransport) return ChangeDepth::kTransport;
  const bool address =
      step.repair == ChecksumRepair::kPseudo || step.repair == ChecksumRepair::kIpv4HeaderAndPseudo;
  return address ? ChangeDepth::kAddresses : ChangeDepth::kNetwork;
}

}  // namespace

std::optional<ActionProgram> action_program(const ActionList& actions, const FlowKey& key,
                                            const FlowMask& mask) {
  ActionProgram program;
  for (const Action& action : actions) {
    if (action.kind == Action::Kind::kOutput) {
      program.push_back({.kind = ActionStep::Kind::kOutput, .port = action.port});
      continue;
    }
    if (action.kind != Action::Kind::kSet) return {};
    const auto place = place_of(action, key, mask);
    if (!place) return {};
    program.push_back({.kind = ActionStep::Kind::kWrite,
                       .part = place->part,
                       .offset = static_cast<uint8_t>(place->offset),
                       .repair = place->repair,
                       .value = static_cast<uint16_t>(action.set_value() >> place->shift),
                       .mask = static_cast<uint16_t>(action.set_mask() >> place->shift)});
  }
  // What is changed after the last output is nobody's.
  while (!program.empty() && program.back().kind == ActionStep::Kind::kWrite) program.pop_back();
  return program;
}

ChangeDepth deepest_change(const ActionProgram& program) {
  ChangeDepth deepest = ChangeDepth::kLink;
  for (const ActionStep& step : program) deepest = std::max(deepest, depth_of(step));
  return deepest;
}

}  // namespace flowbed::sw
