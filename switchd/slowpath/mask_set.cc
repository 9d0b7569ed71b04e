#include "switchd/slowpath/mask_set.hh"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <span>

#include <arpa/inet.h>

#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {

// An address or a port in the key.
struct Field {
  size_t offset, size;
};
constexpr Field kOfAll[] = {{8, 6}, {16, 6}};
constexpr Field kOfIpv4[] = {{32, 4}, {36, 4}, {28, 2}, {30, 2}};
constexpr Field kOfIpv6[] = {{32, 16}, {48, 16}, {28, 2}, {30, 2}};
constexpr Field kOfArp[] = {{32, 4}, {36, 4}, {40, 6}, {48, 6}};

std::span<const Field> network_fields(uint16_t eth_type) {
  switch (ntohs(eth_type)) {
    case FLOW_ETH_TYPE_IPV4:
      return kOfIpv4;
    case FLOW_ETH_TYPE_IPV6:
      return kOfIpv6;
    case FLOW_ETH_TYPE_ARP:
      return kOfArp;
    default:
      return {};
  }
}

void to_whole_bytes(std::span<uint8_t> field) {
  for (uint8_t& byte : field) byte = byte ? 0xff : 0;
}

void to_whole_field(std::span<uint8_t> field) {
  if (std::ranges::any_of(field, [](uint8_t byte) { return byte != 0; }))
    std::ranges::fill(field, uint8_t{0xff});
}

FlowMask rounded(uint16_t eth_type, FlowMask mask, void round(std::span<uint8_t>)) {
  const std::span bytes(reinterpret_cast<uint8_t*>(mask.words), sizeof mask.words);
  for (const Field& field : kOfAll) round(bytes.subspan(field.offset, field.size));
  for (const Field& field : network_fields(eth_type)) round(bytes.subspan(field.offset, field.size));
  return mask;
}

bool looks_at_all_of(const FlowMask& mask, const FlowMask& other) {
  return std::equal(std::begin(mask.words), std::end(mask.words), other.words,
                    [](uint64_t word, uint64_t wanted) { return (wanted & ~word) == 0; });
}

int bits_of(const FlowMask& mask) {
  return std::transform_reduce(std::begin(mask.words), std::end(mask.words), 0, std::plus(),
                               [](uint64_t word) { return std::popcount(word); });
}

}  // namespace

bool MaskSet::Kind::operator<(const Kind& other) const {
  if (eth_type != other.eth_type) return eth_type < other.eth_type;
  return std::ranges::lexicographical_compare(mask.words, other.mask.words);
}

MaskSet::Kind MaskSet::kind_of(const FlowKey& key, const FlowMask& mask) {
  return {static_cast<uint16_t>(key.f.eth_type & mask.f.eth_type), mask};
}

FlowMask MaskSet::acquire(const FlowKey& key, const FlowMask& wanted) {
  const Kind kind = choose(kind_of(key, wanted));
  users_[kind]++;
  return kind.mask;
}

MaskSet::Kind MaskSet::choose(const Kind& wanted) const {
  if (!keep_few_ || users_.size() < kFew || users_.contains(wanted)) return wanted;
  const uint16_t type = wanted.eth_type;
  const FlowMask whole = rounded(type, wanted.mask, to_whole_field);
  const FlowMask* best = nullptr;
  for (const auto& [kind, users] : users_) {
    const bool fits =
        kind.eth_type == type && looks_at_all_of(kind.mask, wanted.mask) && looks_at_all_of(whole, kind.mask);
    if (fits && (!best || bits_of(kind.mask) < bits_of(*best))) best = &kind.mask;
  }
  if (best) return {type, *best};
  return {type, users_.size() < kMany ? rounded(type, wanted.mask, to_whole_bytes) : whole};
}

void MaskSet::release(const FlowKey& key, const FlowMask& mask) {
  const auto kind = users_.find(kind_of(key, mask));
  if (--kind->second == 0) users_.erase(kind);
}

}  // namespace flowbed::sw
