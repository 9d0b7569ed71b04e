#include "switchd/datapath/nft/action_program.hh"

#include <algorithm>
#include <span>

#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {

// Chunks of the flow key (see Action::set) from which on its members stand.
constexpr size_t kEthDst = 4, kEthSrc = 8, kTos = 12, kTtl = 13, kTpSrc = 14, kTpDst = 15, kL3 = 16;
constexpr size_t kMacChunks = 3;

// Two bytes of the packet.
struct Place {
  PacketPart part;
  size_t offset;
  ChecksumRepair repair;
  int shift = 0;  // the member stands so many bits further left in the key than in the packet
};

std::optional<Place> link_place(size_t chunk) {
  if (chunk >= kEthDst && chunk < kEthDst + kMacChunks)
    return Place{PacketPart::kLink, 2 * (chunk - kEthDst), ChecksumRepair::kNone};
  if (chunk >= kEthSrc && chunk < kEthSrc + kMacChunks)
    return Place{PacketPart::kLink, 6 + 2 * (chunk - kEthSrc), ChecksumRepair::kNone};
  return {};
}

std::optional<Place> port_place(size_t chunk, uint8_t proto) {
  const size_t offset = 2 * (chunk - kTpSrc);
  if (proto == kTcp) return Place{PacketPart::kTransport, offset, ChecksumRepair::kTcp};
  if (proto == kUdp) return Place{PacketPart::kTransport, offset, ChecksumRepair::kUdp};
  return {};
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
  if (chunk == kTos) return Place{kIp, 0, ChecksumRepair::kNone, -4};
  if (chunk == kTtl && (mask & 0x00ff) == 0) return Place{kIp, 6, ChecksumRepair::kNone, 8};
  if (chunk >= kL3 && chunk < kL3 + 16) return Place{kIp, 8 + 2 * (chunk - kL3), ChecksumRepair::kPseudo};
  return {};
}

uint16_t shifted(uint16_t bits, int right) {
  return static_cast<uint16_t>(right >= 0 ? bits >> right : bits << -right);
}

class Compiler {
 public:
  Compiler(const FlowKey& key, const FlowMask& mask) : key_(key), mask_(mask) {}

  std::optional<ActionProgram> compile(std::span<const Action> actions) {
    if (!add(actions)) return {};
    // What happens to the packet after the last output is nobody's business.
    while (!program_.empty() && program_.back().kind != ActionStep::Kind::kOutput) program_.pop_back();
    return std::move(program_);
  }

 private:
  bool add(std::span<const Action> actions) {
    while (!actions.empty()) {
      const size_t done = add_first(actions);
      if (done == 0) return false;
      actions = actions.subspan(done);
    }
    return true;
  }

  // How many actions were added; 0: that cannot be done.
  size_t add_first(std::span<const Action> actions) {
    const Action& first = actions.front();
    switch (first.kind) {
      case Action::Kind::kOutput:
        program_.push_back({.kind = ActionStep::Kind::kOutput, .port = first.port});
        return 1;
      case Action::Kind::kSet:
        return add_write(first) ? 1 : 0;
      case Action::Kind::kPopVlan:
        return actions.size() > 1 && add_new_tag(actions[1]) ? 2 : 0;
      case Action::Kind::kClone: {
        const auto copy = actions.subspan(1, first.number);
        const bool is_last = actions.size() == copy.size() + 1;
        return (is_last ? add(copy) : add_copy(copy)) ? copy.size() + 1 : 0;
      }
      default:
        return 0;
    }
  }

  bool add_write(const Action& action) {
    const auto place = place_of(action);
    if (!place) return false;
    program_.push_back({.kind = ActionStep::Kind::kWrite,
                        .part = place->part,
                        .offset = static_cast<uint8_t>(place->offset),
                        .repair = place->repair,
                        .value = shifted(action.set_value(), place->shift),
                        .mask = shifted(action.set_mask(), place->shift)});
    return true;
  }

  // A tag in the place of one that was taken off.
  bool add_new_tag(const Action& push) {
    if (push.kind != Action::Kind::kPushVlan || push.type != tag_type(key_, mask_)) return false;
    program_.push_back({.kind = ActionStep::Kind::kWrite,
                        .part = PacketPart::kLink,
                        .offset = kTciOffset,
                        .value = static_cast<uint16_t>(push.number),
                        .mask = 0xffff});
    return true;
  }

  bool add_copy(std::span<const Action> actions) {
    const size_t begin = program_.size();
    depth_++;
    if (!add(actions)) return false;
    depth_--;
    std::vector<ActionStep> changes = changes_since(begin);
    if (used_slots_ + changes.size() > kSaveSlots) return false;
    for (ActionStep& change : changes) {
      change.kind = ActionStep::Kind::kSave;
      change.slot = static_cast<uint8_t>(used_slots_++);
    }
    program_.insert(program_.begin() + static_cast<ptrdiff_t>(begin), changes.begin(), changes.end());
    for (ActionStep& change : changes) {
      change.kind = ActionStep::Kind::kRestore;
      program_.push_back(change);
    }
    if (depth_ == 0) used_slots_ = 0;
    return true;
  }

  // One for each two bytes that are written there.
  std::vector<ActionStep> changes_since(size_t begin) const {
    std::vector<ActionStep> changes;
    for (size_t i = begin; i < program_.size(); i++) {
      const ActionStep& step = program_[i];
      if (step.kind != ActionStep::Kind::kWrite) continue;
      const auto same = [&](const ActionStep& c) { return c.part == step.part && c.offset == step.offset; };
      if (std::ranges::none_of(changes, same))
        changes.push_back(
            {.kind = step.kind, .part = step.part, .offset = step.offset, .repair = step.repair});
    }
    return changes;
  }

  std::optional<Place> place_of(const Action& action) const {
    const size_t chunk = action.type;
    if (const auto place = link_place(chunk)) return place;
    if (mask_.f.eth_type != 0xffff) return {};
    if (chunk == kTos && action.set_mask() & 0xff00) return {};
    const bool ipv4 = flow_key_is(&key_, FLOW_ETH_TYPE_IPV4);
    if (!ipv4 && !flow_key_is(&key_, FLOW_ETH_TYPE_IPV6)) return {};
    if (chunk == kTpSrc || chunk == kTpDst) {
      if (mask_.f.ip_proto != 0xff) return {};
      return port_place(chunk, key_.f.ip_proto);
    }
    return ipv4 ? ipv4_place(chunk, action.set_mask()) : ipv6_place(chunk, action.set_mask());
  }

  const FlowKey& key_;
  const FlowMask& mask_;
  ActionProgram program_;
  size_t depth_ = 0;       // of copies of copies
  size_t used_slots_ = 0;  // those of inner copies are kept as well
};

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
  return Compiler(key, mask).compile(actions);
}

ChangeDepth deepest_change(const ActionProgram& program) {
  ChangeDepth deepest = ChangeDepth::kLink;
  for (const ActionStep& step : program) deepest = std::max(deepest, depth_of(step));
  return deepest;
}

bool changes_tag(const ActionProgram& program) {
  return std::ranges::any_of(program, [](const ActionStep& step) {
    return step.part == PacketPart::kLink && step.offset == kTciOffset;
  });
}

}  // namespace flowbed::sw
