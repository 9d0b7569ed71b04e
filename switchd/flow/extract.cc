#include "switchd/flow/flow_key.hh"
#include "switchd/packet/header_finder.hh"

// Headers are found first, and what the key has of them is copied then. A header that was not found leaves
// its fields zero.

namespace flowbed::sw {
namespace {

uint16_t to_network(uint16_t value) { return flow_key_u16(value); }

void extract_tags(const Packet& packet, const Headers& headers, FlowKey& key) {
  if (packet.vlan.present()) {
    key.f.vlan_tpid = to_network(packet.vlan.tpid);
    key.f.vlan_tci = to_network(packet.vlan.tci);
    if (headers.tags > 0) key.f.flags |= FLOW_MORE_TAGS;
  } else if (headers.tags > 0) {
    memcpy(&key.f.vlan_tpid, &packet.bytes[12], 2);
    memcpy(&key.f.vlan_tci, &packet.bytes[14], 2);
    if (headers.tags > 1) key.f.flags |= FLOW_MORE_TAGS;
  }
}

// Apart, and without `headers`: what a function is given by reference, the compiler keeps in memory for all.
[[gnu::noinline]] void extract_nd(std::span<const uint8_t> message, FlowKey& key) {
  if (!is_nd(message)) return;
  memcpy(key.f.ipv6.nd_target, &message[kNdTargetOffset], 16);
  const bool solicitation = message[0] == FLOW_ND_SOLICITATION;
  const size_t address = find_nd_address(message, solicitation ? kNdSourceAddress : kNdTargetAddress);
  if (address) memcpy(solicitation ? key.f.ipv6.nd_sll : key.f.ipv6.nd_tll, &message[address], 6);
}

void extract_transport(const Packet& packet, const Headers& headers, FlowKey& key) {
  const uint8_t* transport = &packet.bytes[headers.transport];
  switch (headers.ip_proto) {
    case kTcp: {
      const uint16_t flags = read_u16(transport + 12) & 0x0fff;
      key.f.tcp_flags = to_network(flags);
      [[fallthrough]];
    }
    case kUdp:
    case kSctp:
      memcpy(&key.f.tp_src, transport, 4);
      return;
    default:  // ICMP of either kind
      key.f.tp_src = to_network(transport[0]);
      key.f.tp_dst = to_network(transport[1]);
      if (headers.ip_proto == kIcmp6) extract_nd({transport, headers.end - headers.transport}, key);
  }
}

void extract_ip(const Packet& packet, const Headers& headers, FlowKey& key) {
  key.f.ip_proto = headers.ip_proto;
  key.f.flags |= headers.fragment;
  if (headers.transport) extract_transport(packet, headers, key);
}

void extract_ipv4(const uint8_t* ip, FlowKey& key) {
  key.f.ip_tos = ip[1];
  key.f.ip_ttl = ip[8];
  memcpy(&key.f.ipv4, ip + 12, 8);
}

void extract_ipv6(const uint8_t* ip, const Headers& headers, FlowKey& key) {
  key.f.ip_tos = static_cast<uint8_t>(ip[0] << 4 | ip[1] >> 4);
  key.f.ip_ttl = ip[7];
  memcpy(&key.f.ipv6, ip + 8, 32);
  const uint8_t label[4] = {0, static_cast<uint8_t>(ip[1] & 0x0f), ip[2], ip[3]};
  memcpy(&key.f.ipv6.label, label, 4);
  key.f.ipv6.extensions = to_network(headers.extensions);
}

void extract_arp(const uint8_t* arp, FlowKey& key) {
  if (arp[6] == 0) key.f.ip_proto = arp[7];
  memcpy(&key.f.arp.spa, arp + 14, 4);
  memcpy(&key.f.arp.tpa, arp + 24, 4);
  memcpy(key.f.arp.sha, arp + 8, 6);
  memcpy(key.f.arp.tha, arp + 18, 6);
}

void extract_network(const Packet& packet, const Headers& headers, FlowKey& key) {
  const uint8_t* network = &packet.bytes[headers.network];
  switch (headers.eth_type) {
    case FLOW_ETH_TYPE_IPV4:
      extract_ipv4(network, key);
      return extract_ip(packet, headers, key);
    case FLOW_ETH_TYPE_IPV6:
      extract_ipv6(network, headers, key);
      return extract_ip(packet, headers, key);
    case FLOW_ETH_TYPE_ARP:
      return extract_arp(network, key);
    default:  // MPLS: the label stack entry; PBB: the I-TAG
      memcpy(&key.f.mpls.entry, network, 4);
  }
}

}  // namespace

[[gnu::flatten]] FlowKey extract_flow_key(const Packet& packet, PortNo in_port, uint16_t recirculation) {
  FlowKey key;
  // In halves: for more than 64 bytes at once, gcc takes a string instruction, which costs as much as all the
  // rest.
  memset(key.words, 0, 7 * sizeof key.words[0]);
  memset(key.words + 7, 0, (FLOW_KEY_WORDS - 7) * sizeof key.words[0]);
  key.f.in_port = static_cast<uint16_t>(to_number(in_port));
  key.f.recirculation = recirculation;
  const Headers headers = HeaderFinder(packet.bytes).find();
  extract_tags(packet, headers, key);
  if (packet.bytes.size() < kEthernetHeaderSize) return key;
  memcpy(key.f.eth_dst, &packet.bytes[0], 6);
  memcpy(key.f.eth_src, &packet.bytes[6], 6);
  key.f.eth_type = to_network(headers.eth_type);
  if (headers.network) extract_network(packet, headers, key);
  return key;
}

VlanTag vlan_of(const FlowKey& key) { return {to_network(key.f.vlan_tpid), to_network(key.f.vlan_tci)}; }

}  // namespace flowbed::sw
