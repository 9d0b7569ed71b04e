#include <algorithm>

#include "switchd/flow/flow_key.hh"

// Extraction copies from the packet through a cursor that cannot leave it. A header that does not fit is
// taken for absent: its fields stay zero, and so do those of all that would follow.

namespace flowbed::sw {
namespace {

constexpr uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kIcmp6 = 58, kSctp = 132;
constexpr uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kAuthentication = 51,
                  kDestinationOptions = 60;
constexpr int kMaxExtensionHeaders = 8;  // more are malice; the packet then has no transport layer for us

class Cursor {
 public:
  explicit Cursor(std::span<const uint8_t> bytes) : at_(bytes.data()), left_(bytes.size()) {}

  const uint8_t* peek(size_t size) const { return size <= left_ ? at_ : nullptr; }
  bool skip(size_t size) {
    if (size > left_) return false;
    at_ += size;
    left_ -= size;
    return true;
  }

 private:
  const uint8_t* at_;
  size_t left_;
};

uint16_t to_network(uint16_t value) {
  const uint8_t bytes[2] = {static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)};
  uint16_t result;
  memcpy(&result, bytes, sizeof result);
  return result;
}

void extract_tcp(const Cursor& cursor, FlowKey& key) {
  const uint8_t* tcp = cursor.peek(20);
  if (!tcp) return;
  memcpy(&key.f.tp_src, tcp, 4);
  uint8_t flags[2] = {static_cast<uint8_t>(tcp[12] & 0x0f), tcp[13]};
  memcpy(&key.f.tcp_flags, flags, 2);
}

void extract_ports(const Cursor& cursor, size_t header_size, FlowKey& key) {
  if (const uint8_t* header = cursor.peek(header_size)) memcpy(&key.f.tp_src, header, 4);
}

void extract_icmp(const Cursor& cursor, FlowKey& key) {
  const uint8_t* icmp = cursor.peek(4);
  if (!icmp) return;
  key.f.tp_src = to_network(icmp[0]);
  key.f.tp_dst = to_network(icmp[1]);
}

void extract_transport(const Cursor& cursor, bool ipv6, FlowKey& key) {
  if (key.f.ip_frag == FLOW_FRAG_LATER) return;
  if (key.f.ip_proto == kTcp) return extract_tcp(cursor, key);
  if (key.f.ip_proto == kUdp) return extract_ports(cursor, 8, key);
  if (key.f.ip_proto == kSctp) return extract_ports(cursor, 12, key);
  if (key.f.ip_proto == (ipv6 ? kIcmp6 : kIcmp)) extract_icmp(cursor, key);
}

void extract_ipv4(Cursor cursor, FlowKey& key) {
  const uint8_t* ip = cursor.peek(20);
  if (!ip || ip[0] >> 4 != 4) return;
  const size_t header_size = (ip[0] & 0x0f) * size_t{4};
  if (header_size < 20 || !cursor.peek(header_size)) return;
  key.f.ip_tos = ip[1];
  key.f.ip_ttl = ip[8];
  key.f.ip_proto = ip[9];
  memcpy(&key.f.ipv4, ip + 12, 8);
  const bool later = (ip[6] & 0x1f) | ip[7];
  const bool more = ip[6] & 0x20;
  key.f.ip_frag = later ? FLOW_FRAG_LATER : more ? FLOW_FRAG_FIRST : FLOW_FRAG_NONE;
  cursor.skip(header_size);
  extract_transport(cursor, false, key);
}

// The size of the extension header at `header`, or 0 if `type` is none. All have at least eight bytes.
size_t extension_size(uint8_t type, const uint8_t* header) {
  switch (type) {
    case kHopByHop:
    case kRouting:
    case kDestinationOptions:
      return (header[1] + size_t{1}) * 8;
    case kAuthentication:
      return (header[1] + size_t{2}) * 4;
    case kFragment:
      return 8;
    default:
      return 0;
  }
}

uint8_t fragment_kind(const uint8_t* header) {
  const bool later = header[2] | (header[3] & 0xf8);
  const bool more = header[3] & 0x01;
  return later ? FLOW_FRAG_LATER : more ? FLOW_FRAG_FIRST : FLOW_FRAG_NONE;
}

bool is_extension(uint8_t type) {
  constexpr uint8_t kZeros[8] = {};
  return extension_size(type, kZeros) != 0;
}

// Leaves `cursor` at the transport header and its type in ip_proto; false if there is none to be found.
bool skip_extensions(Cursor& cursor, FlowKey& key) {
  for (int i = 0; is_extension(key.f.ip_proto); i++) {
    const uint8_t* header = cursor.peek(8);
    if (!header || i == kMaxExtensionHeaders) return false;
    if (key.f.ip_proto == kFragment) key.f.ip_frag = fragment_kind(header);
    const size_t size = extension_size(key.f.ip_proto, header);
    key.f.ip_proto = header[0];
    if (key.f.ip_frag == FLOW_FRAG_LATER || !cursor.skip(size)) return false;
  }
  return true;
}

void extract_ipv6(Cursor cursor, FlowKey& key) {
  const uint8_t* ip = cursor.peek(40);
  if (!ip || ip[0] >> 4 != 6) return;
  key.f.ip_tos = static_cast<uint8_t>(ip[0] << 4 | ip[1] >> 4);
  const uint8_t label[4] = {0, static_cast<uint8_t>(ip[1] & 0x0f), ip[2], ip[3]};
  memcpy(&key.f.ipv6.label, label, 4);
  key.f.ip_proto = ip[6];
  key.f.ip_ttl = ip[7];
  memcpy(&key.f.ipv6, ip + 8, 32);
  cursor.skip(40);
  if (skip_extensions(cursor, key)) extract_transport(cursor, true, key);
}

void extract_arp(const Cursor& cursor, FlowKey& key) {
  constexpr uint8_t kEthernetIpv4[6] = {0, 1, 8, 0, 6, 4};
  const uint8_t* arp = cursor.peek(28);
  if (!arp || memcmp(arp, kEthernetIpv4, 6) != 0) return;
  if (arp[6] == 0) key.f.ip_proto = arp[7];
  memcpy(&key.f.arp.spa, arp + 14, 4);
  memcpy(&key.f.arp.tpa, arp + 24, 4);
  memcpy(key.f.arp.sha, arp + 8, 6);
  memcpy(key.f.arp.tha, arp + 18, 6);
}

}  // namespace

FlowKey extract_flow_key(const Packet& packet, PortNo in_port) {
  FlowKey key = {};
  Cursor cursor(packet.bytes);
  key.f.in_port = to_number(in_port);
  if (packet.vlan.present()) {
    key.f.vlan_tpid = to_network(packet.vlan.tpid);
    key.f.vlan_tci = to_network(packet.vlan.tci);
  }
  const uint8_t* ethernet = cursor.peek(kEthernetHeaderSize);
  if (!ethernet) return key;
  memcpy(key.f.eth_dst, ethernet, 6);
  memcpy(key.f.eth_src, ethernet + 6, 6);
  memcpy(&key.f.eth_type, ethernet + 12, 2);
  cursor.skip(kEthernetHeaderSize);
  if (flow_key_is(&key, FLOW_ETH_TYPE_IPV4)) {
    extract_ipv4(cursor, key);
  } else if (flow_key_is(&key, FLOW_ETH_TYPE_IPV6)) {
    extract_ipv6(cursor, key);
  } else if (flow_key_is(&key, FLOW_ETH_TYPE_ARP)) {
    extract_arp(cursor, key);
  }
  return key;
}

VlanTag vlan_of(const FlowKey& key) { return {to_network(key.f.vlan_tpid), to_network(key.f.vlan_tci)}; }

}  // namespace flowbed::sw
