// The fields whose prefixes are tracked: addresses of IPv4 and IPv6.
#pragma once

#include <array>
#include <optional>

#include "switchd/flow/flow_key.hh"
#include "switchd/slowpath/classifier/prefix_trie.hh"

namespace flowbed::sw {

struct PrefixField {
  uint16_t eth_type;  // only packets of this type have it
  size_t offset, bytes;

  LeadingBits value(const FlowKey& key) const {
    return leading_bits(reinterpret_cast<const uint8_t*>(&key) + offset, bytes);
  }
  bool is_in(const FlowKey& key) const { return flow_key_is(&key, eth_type); }
  // The length of the prefix that the mask asks for; none: not the field, nothing of it, or no prefix.
  std::optional<unsigned> prefix_length(const FlowKey& key, const FlowMask& mask) const;
  // Marks so many leading bits as looked at, and the type that makes them what they are.
  void mark(FlowMask& looked_at, unsigned bits) const;
};

constexpr size_t kPrefixFields = 4;
const std::array<PrefixField, kPrefixFields>& prefix_fields();

}  // namespace flowbed::sw
