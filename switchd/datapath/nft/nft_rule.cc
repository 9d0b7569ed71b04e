#include "switchd/datapath/nft/nft_rule.hh"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

namespace flowbed::sw {
namespace {

constexpr size_t kRegister = 4, kMaxMask = 16;     // of one bitwise expression
constexpr size_t kSpare = kMaxNftKey - kRegister;  // a register for what is only compared

uint32_t register_at(size_t at) { return NFT_REG32_00 + static_cast<uint32_t>(at / kRegister); }

uint32_t base_of(PacketPart part) {
  switch (part) {
    case PacketPart::kLink:
      return NFT_PAYLOAD_LL_HEADER;
    case PacketPart::kNetwork:
      return NFT_PAYLOAD_NETWORK_HEADER;
    default:
      return NFT_PAYLOAD_TRANSPORT_HEADER;
  }
}

// In the header that is changed.
std::optional<uint32_t> checksum_offset(ChecksumRepair repair) {
  switch (repair) {
    case ChecksumRepair::kIpv4Header:
    case ChecksumRepair::kIpv4HeaderAndPseudo:
      return 10;
    case ChecksumRepair::kTcp:
      return 16;
    case ChecksumRepair::kUdp:
      return 6;
    default:
      return {};
  }
}

// The first register is for work.
size_t place_of_slot(size_t slot) { return (1 + slot) * kRegister; }
static_assert((1 + kSaveSlots) * kRegister == kMaxNftKey);

}  // namespace

NftRule::NftRule(const std::string& chain) : rule_(checked(NftRuleObject(nftnl_rule_alloc()))) {
  nftnl_rule_set_u32(rule_.get(), NFTNL_RULE_FAMILY, NFPROTO_NETDEV);
  nftnl_rule_set_str(rule_.get(), NFTNL_RULE_TABLE, kNftTable);
  nftnl_rule_set_str(rule_.get(), NFTNL_RULE_CHAIN, chain.c_str());
}

void NftRule::load_in_port(size_t at) {
  nftnl_expr* e = new_expression("meta");
  nftnl_expr_set_u32(e, NFTNL_EXPR_META_KEY, NFT_META_IIF);
  nftnl_expr_set_u32(e, NFTNL_EXPR_META_DREG, register_at(at));
  put(e);
}

void NftRule::load(const KeyPiece& piece, size_t at) {
  nftnl_expr* e = new_expression("payload");
  nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_BASE, base_of(piece.part));
  nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_OFFSET, piece.offset);
  nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_LEN, piece.size);
  nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_DREG, register_at(at));
  put(e);
}

void NftRule::mask(size_t at, std::span<const uint8_t> bits) {
  constexpr uint8_t kZeros[kMaxMask] = {};
  for (size_t done = 0; done < bits.size(); done += kMaxMask) {
    const auto size = static_cast<uint32_t>(std::min(kMaxMask, bits.size() - done));
    nftnl_expr* e = new_expression("bitwise");
    nftnl_expr_set_u32(e, NFTNL_EXPR_BITWISE_SREG, register_at(at + done));
    nftnl_expr_set_u32(e, NFTNL_EXPR_BITWISE_DREG, register_at(at + done));
    nftnl_expr_set_u32(e, NFTNL_EXPR_BITWISE_LEN, size);
    nftnl_expr_set(e, NFTNL_EXPR_BITWISE_MASK, &bits[done], size);
    nftnl_expr_set(e, NFTNL_EXPR_BITWISE_XOR, kZeros, size);
    put(e);
  }
}

void NftRule::require(const KeyGuard& guard) {
  const bool one_byte = guard.kind == KeyGuard::Kind::kIsThere;
  const KeyPiece piece{guard.part, guard.offset, static_cast<uint8_t>(one_byte ? 1 : 2)};
  if (piece != in_spare_) load(piece, kSpare);
  in_spare_ = piece;
  if (one_byte) return;
  const uint16_t value = htons(guard.value);
  nftnl_expr* e = new_expression("cmp");
  nftnl_expr_set_u32(e, NFTNL_EXPR_CMP_SREG, register_at(kSpare));
  nftnl_expr_set_u32(e, NFTNL_EXPR_CMP_OP,
                     guard.kind == KeyGuard::Kind::kAtLeast ? NFT_CMP_GTE : NFT_CMP_NEQ);
  nftnl_expr_set(e, NFTNL_EXPR_CMP_DATA, &value, sizeof value);
  put(e);
}

void NftRule::look_up(const std::string& map, size_t at) {
  nftnl_expr* e = new_expression("lookup");
  nftnl_expr_set_str(e, NFTNL_EXPR_LOOKUP_SET, map.c_str());
  nftnl_expr_set_u32(e, NFTNL_EXPR_LOOKUP_SREG, register_at(at));
  nftnl_expr_set_u32(e, NFTNL_EXPR_LOOKUP_DREG, register_at(at));
  put(e);
}

void NftRule::look_up_verdict(const std::string& map, size_t at) {
  nftnl_expr* e = new_expression("lookup");
  nftnl_expr_set_str(e, NFTNL_EXPR_LOOKUP_SET, map.c_str());
  nftnl_expr_set_u32(e, NFTNL_EXPR_LOOKUP_SREG, register_at(at));
  nftnl_expr_set_u32(e, NFTNL_EXPR_LOOKUP_DREG, NFT_REG_VERDICT);
  put(e);
}

void NftRule::require_in(const std::string& set, size_t at) {
  nftnl_expr* e = new_expression("lookup");
  nftnl_expr_set_str(e, NFTNL_EXPR_LOOKUP_SET, set.c_str());
  nftnl_expr_set_u32(e, NFTNL_EXPR_LOOKUP_SREG, register_at(at));
  put(e);
}

// Two bytes are read, changed and put back, so that checksums see whole words of theirs.
void NftRule::write(const ActionStep& step) {
  const uint16_t kept = htons(static_cast<uint16_t>(~step.mask)), value = htons(step.value & step.mask);
  if (step.mask == 0xffff) {
    set_register(0, &value, sizeof value);
  } else {
    load({step.part, step.offset, 2}, 0);
    nftnl_expr* e = new_expression("bitwise");
    nftnl_expr_set_u32(e, NFTNL_EXPR_BITWISE_SREG, register_at(0));
    nftnl_expr_set_u32(e, NFTNL_EXPR_BITWISE_DREG, register_at(0));
    nftnl_expr_set_u32(e, NFTNL_EXPR_BITWISE_LEN, 2);
    nftnl_expr_set(e, NFTNL_EXPR_BITWISE_MASK, &kept, 2);
    nftnl_expr_set(e, NFTNL_EXPR_BITWISE_XOR, &value, 2);
    put(e);
  }
  store(step, 0);
}

void NftRule::save(const ActionStep& step) { load({step.part, step.offset, 2}, place_of_slot(step.slot)); }
void NftRule::restore(const ActionStep& step) { store(step, place_of_slot(step.slot)); }

void NftRule::store(const ActionStep& step, size_t from) {
  nftnl_expr* e = new_expression("payload");
  nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_BASE, base_of(step.part));
  nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_OFFSET, step.offset);
  nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_LEN, 2);
  nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_SREG, register_at(from));
  if (const auto offset = checksum_offset(step.repair)) {
    nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_CSUM_TYPE, NFT_PAYLOAD_CSUM_INET);
    nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_CSUM_OFFSET, *offset);
  }
  if (step.repair == ChecksumRepair::kIpv4HeaderAndPseudo || step.repair == ChecksumRepair::kPseudo)
    nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_FLAGS, NFT_PAYLOAD_L4CSUM_PSEUDOHDR);
  put(e);
}

void NftRule::set_register(size_t at, const void* value, uint32_t size) {
  nftnl_expr* e = new_expression("immediate");
  nftnl_expr_set_u32(e, NFTNL_EXPR_IMM_DREG, register_at(at));
  nftnl_expr_set(e, NFTNL_EXPR_IMM_DATA, value, size);
  put(e);
}

void NftRule::send_to_user(IfIndex to) {
  load_in_port(0);
  nftnl_expr* e = new_expression("meta");
  nftnl_expr_set_u32(e, NFTNL_EXPR_META_KEY, NFT_META_MARK);
  nftnl_expr_set_u32(e, NFTNL_EXPR_META_SREG, register_at(0));
  put(e);
  send(to);
}

void NftRule::send_copy(IfIndex to) { send_by("dup", NFTNL_EXPR_DUP_SREG_DEV, to); }
void NftRule::send(IfIndex to) { send_by("fwd", NFTNL_EXPR_FWD_SREG_DEV, to); }

void NftRule::send_by_register(size_t at) {
  nftnl_expr* e = new_expression("fwd");
  nftnl_expr_set_u32(e, NFTNL_EXPR_FWD_SREG_DEV, register_at(at));
  put(e);
}

void NftRule::send_by(const char* kind, uint16_t device, IfIndex to) {
  const uint32_t index = to_number(to);
  set_register(0, &index, sizeof index);
  nftnl_expr* e = new_expression(kind);
  nftnl_expr_set_u32(e, device, register_at(0));
  put(e);
}

void NftRule::verdict(uint32_t code, const char* chain) {
  nftnl_expr* e = new_expression("immediate");
  nftnl_expr_set_u32(e, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
  nftnl_expr_set_u32(e, NFTNL_EXPR_IMM_VERDICT, code);
  if (chain) nftnl_expr_set_str(e, NFTNL_EXPR_IMM_CHAIN, chain);
  put(e);
}

void NftRule::go_to(const std::string& chain) { verdict(static_cast<uint32_t>(NFT_GOTO), chain.c_str()); }
void NftRule::drop() { verdict(NF_DROP, nullptr); }

void NftRule::add_to(NftBatch& batch) const {
  batch.add(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND,
            [&](nlmsghdr* message) { nftnl_rule_nlmsg_build_payload(message, rule_.get()); });
}

}  // namespace flowbed::sw
