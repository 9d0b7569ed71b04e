// The fields whose prefixes are tracked: addresses of IPv4 and IPv6.
#pragma once

#include <array>
#include <optional>

#include "switchd/flow/pipeline_key.hh"
#include "switchd/slowpath/classifier/prefix_trie.hh"

namespace flowbed::sw {

struct PrefixField {
  uint16_t eth_type;  // only packets of this type have it
  size_t offset, bytes;

  LeadingBits value(const PipelineKey& key) const {
    return leading_bits(reinterpret_cast<const uint8_t*>(&key) + offset, bytes);
  }
  bool is_in(const PipelineKey& key) const { return flow_key_is(&key.f.packet, eth_type); }
  // The length of the prefix that the mask asks for; none: not the field, nothing of it, or no prefix.
  std::optional<unsigned> prefix_length(const PipelineKey& key, const PipelineMask& mask) const;
  // Marks so many leading bits as looked at, and the type that makes them what they are.
  void mark(PipelineMask& looked_at, unsigned bits) const;
};

constexpr size_t kPrefixFields = 4;
const std::array<PrefixField, kPrefixFields>& prefix_fields();

}  // namespace flowbed::sw
