#include "switchd/slowpath/observation.hh"

#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {

constexpr uint8_t kDscpBits = 0xfc;

template <class Member>
void fill(Member& member) {
  memset(&member, 0xff, sizeof member);
}

bool has_ports(uint8_t protocol) {
  return protocol == kTcp || protocol == kUdp || protocol == kSctp || protocol == kIcmp || protocol == kIcmp6;
}

void fill_addresses(const FlowKey& packet, flow_key_fields& mask) {
  if (flow_key_is(&packet, FLOW_ETH_TYPE_IPV4)) return fill(mask.ipv4);
  fill(mask.ipv6.src);
  fill(mask.ipv6.dst);
  fill(mask.ipv6.label);
}

}  // namespace

PipelineMask flow_identity(const FlowKey& packet) {
  PipelineMask mask{};
  flow_key_fields& fields = mask.f.packet.f;
  fill(fields.eth_src);
  fill(fields.eth_dst);
  fill(fields.eth_type);
  if (!flow_key_is(&packet, FLOW_ETH_TYPE_IPV4) && !flow_key_is(&packet, FLOW_ETH_TYPE_IPV6)) return mask;
  fill(fields.ip_proto);
  fields.ip_tos = kDscpBits;
  fields.flags = FLOW_FRAG_BITS;
  fill_addresses(packet, fields);
  if (!has_ports(packet.f.ip_proto)) return mask;
  fill(fields.tp_src);
  fill(fields.tp_dst);
  if (packet.f.ip_proto == kTcp) fields.tcp_flags = flow_key_u16(0x0fff);
  return mask;
}

}  // namespace flowbed::sw
