#include "switchd/ferry/packet_facts.hh"

#include "switchd/flow/flow_key.h"
#include "switchd/packet/checksum.hh"
#include "switchd/packet/headers.hh"
#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {

constexpr unsigned kEcnBits = 3, kNotCapable = 0, kCongestion = 3;
constexpr size_t kChecksumOffset = 10;  // IPv4

uint32_t hash_on(uint32_t hash, std::span<const uint8_t> bytes) {  // FNV-1a
  for (const uint8_t byte : bytes) hash = (hash ^ byte) * 16777619u;
  return hash;
}

unsigned ecn_of(const Headers& headers, const uint8_t* ip) {
  if (headers.eth_type == FLOW_ETH_TYPE_IPV4) return ip[1] & kEcnBits;
  return headers.eth_type == FLOW_ETH_TYPE_IPV6 ? ip[1] >> 4 & kEcnBits : kNotCapable;
}

bool has_ports(uint8_t proto) { return proto == kTcp || proto == kUdp || proto == kSctp; }

}  // namespace

PacketFacts facts_of(std::span<const uint8_t> packet) {
  const Headers headers = find_headers(packet);
  const bool ipv4 = headers.eth_type == FLOW_ETH_TYPE_IPV4, ipv6 = headers.eth_type == FLOW_ETH_TYPE_IPV6;
  uint32_t hash = hash_on(2166136261u, packet.first(12));
  if (!headers.network || (!ipv4 && !ipv6)) return {.flow = hash};
  hash = hash_on(hash, packet.subspan(headers.network + (ipv6 ? 8u : 12u), ipv6 ? 32 : 8));
  hash = (hash ^ headers.ip_proto) * 16777619u;
  if (headers.transport && has_ports(headers.ip_proto))
    hash = hash_on(hash, packet.subspan(headers.transport, 4));
  const unsigned ecn = ecn_of(headers, &packet[headers.network]);
  return {.flow = hash, .can_be_marked = ecn != kNotCapable};
}

void mark_congestion(std::span<uint8_t> bytes, std::span<const uint8_t> packet) {
  const Headers headers = find_headers(packet);
  if (!headers.network || ecn_of(headers, &packet[headers.network]) == kNotCapable) return;
  const std::span<uint8_t> ip = bytes.subspan(headers.network);
  if (headers.eth_type == FLOW_ETH_TYPE_IPV6) {
    ip[1] |= kCongestion << 4;
    return;
  }
  const uint16_t before = read_u16(&ip[0]);
  ip[1] |= kCongestion;
  const auto sum = static_cast<uint16_t>(~read_u16(&ip[kChecksumOffset]));
  write_u16(&ip[kChecksumOffset], static_cast<uint16_t>(~adjusted_sum(sum, before, read_u16(&ip[0]))));
}

}  // namespace flowbed::sw
