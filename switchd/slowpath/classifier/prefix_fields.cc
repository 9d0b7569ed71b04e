#include "switchd/slowpath/classifier/prefix_fields.hh"

#include <algorithm>

namespace flowbed::sw {

std::optional<unsigned> PrefixField::prefix_length(const PipelineKey& key, const PipelineMask& mask) const {
  if (!is_in(key) || mask.f.packet.f.eth_type != 0xffff) return std::nullopt;
  const LeadingBits bits = value(mask);
  unsigned length = 0;
  while (length < 8 * bytes && leading_ones(length) != bits) length++;
  if (length == 0 || leading_ones(length) != bits) return std::nullopt;
  return length;
}

void PrefixField::mark(PipelineMask& looked_at, unsigned bits) const {
  looked_at.f.packet.f.eth_type = 0xffff;
  auto* octets = reinterpret_cast<uint8_t*>(&looked_at) + offset;
  for (unsigned i = 0; 8 * i < bits; i++) {
    const unsigned left = std::min(8u, bits - 8 * i);
    octets[i] |= static_cast<uint8_t>(0xff << (8 - left));
  }
}

const std::array<PrefixField, kPrefixFields>& prefix_fields() {
  static const std::array<PrefixField, kPrefixFields> fields{{
      {FLOW_ETH_TYPE_IPV4, offsetof(flow_key_fields, ipv4.src), 4},
      {FLOW_ETH_TYPE_IPV4, offsetof(flow_key_fields, ipv4.dst), 4},
      {FLOW_ETH_TYPE_IPV6, offsetof(flow_key_fields, ipv6.src), 16},
      {FLOW_ETH_TYPE_IPV6, offsetof(flow_key_fields, ipv6.dst), 16},
  }};
  return fields;
}

}  // namespace flowbed::sw
