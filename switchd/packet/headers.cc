#include "switchd/packet/headers.hh"

#include "switchd/packet/header_finder.hh"

namespace flowbed::sw {
Headers find_headers(std::span<const uint8_t> packet) { return HeaderFinder(packet).find(); }

bool is_nd(std::span<const uint8_t> packet, const Headers& headers) {
  if (headers.eth_type != FLOW_ETH_TYPE_IPV6 || headers.ip_proto != kIcmp6 || headers.transport == 0)
    return false;
  const uint8_t type = packet[headers.transport];
  return (type == FLOW_ND_SOLICITATION || type == FLOW_ND_ADVERTISEMENT) &&
         headers.transport + kNdSize <= headers.end;
}

size_t find_nd_address(std::span<const uint8_t> packet, const Headers& headers, uint8_t option) {
  if (!is_nd(packet, headers)) return 0;
  for (size_t at = headers.transport + kNdSize; at + 8 <= headers.end;) {
    if (packet[at] == option) return at + 2;
    const size_t size = packet[at + 1] * size_t{8};
    if (size == 0) return 0;
    at += size;
  }
  return 0;
}

}  // namespace flowbed::sw
