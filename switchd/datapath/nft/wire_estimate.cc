#include "switchd/datapath/nft/wire_estimate.hh"

#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {
constexpr uint32_t kIpv4Header = 20, kIpv6Header = 40;
constexpr uint32_t kTcpHeader = 32;  // with time stamps, as all of today's systems send them
}  // namespace

FlowHeaders headers_of(const FlowKey& key) {
  const bool ipv6 = flow_key_is(&key, FLOW_ETH_TYPE_IPV6);
  return {static_cast<uint32_t>(kEthernetHeaderSize + (key.f.vlan_tpid ? kVlanTagSize : 0)),
          (ipv6 ? kIpv6Header : kIpv4Header) + kTcpHeader};
}

Counters estimate_on_wire(uint64_t packets, uint64_t bytes, const FlowHeaders& headers, uint32_t mtu) {
  if (bytes <= packets * mtu || mtu <= headers.above) return {packets, bytes + packets * headers.link};
  const uint64_t payload = bytes - packets * headers.above, of_segment = mtu - headers.above;
  const uint64_t segments = (payload + of_segment - 1) / of_segment;
  return {segments, payload + segments * (headers.above + headers.link)};
}

}  // namespace flowbed::sw
