// The search behind find_headers. Inline, for the one caller that runs for every packet: apart, it would cost
// the flow key's extraction as much again as the extraction itself.
#pragma once

#include <algorithm>
#include <cstring>

#include "switchd/flow/flow_key.h"
#include "switchd/packet/headers.hh"
#include "switchd/packet/packet.hh"
#include "switchd/packet/protocols.hh"

namespace flowbed::sw {

// The headers of one packet as they are found, from the outside in.
class HeaderFinder {
 public:
  explicit HeaderFinder(std::span<const uint8_t> packet) : bytes_(packet.data()), end_(packet.size()) {}

  Headers find() {
    if (end_ < kEthernetHeaderSize) return found_;
    skip_tags();
    switch (found_.eth_type) {
      case FLOW_ETH_TYPE_IPV4:
        find_ipv4();
        break;
      case FLOW_ETH_TYPE_IPV6:
        find_ipv6();
        break;
      case FLOW_ETH_TYPE_ARP:
        find_arp();
        break;
      case FLOW_ETH_TYPE_MPLS:
      case FLOW_ETH_TYPE_MPLS_MULTICAST:
        if (fits(kLabelSize)) found_.network = found_.payload;
        break;
      case FLOW_ETH_TYPE_PBB:
        if (fits(kServiceSize)) found_.network = found_.payload;
        break;
    }
    return found_;
  }

 private:
  static constexpr int kMaxTags = 8;  // in line; more are malice, and the next one is then the payload
  static constexpr int kMaxExtensionHeaders =
      8;  // more are malice; the packet then has no transport layer for us
  static constexpr size_t kArpSize = 28, kIpv4Size = 20, kIpv6Size = 40, kLabelSize = 4;
  static constexpr size_t kServiceSize = 18;  // the I-TAG, and the customer's addresses and EtherType

  bool fits(size_t size) const { return at_ + size <= end_; }
  const uint8_t* here() const { return bytes_ + at_; }

  void skip_tags() {
    at_ = kEthernetHeaderSize;
    found_.eth_type = read_u16(bytes_ + at_ - 2);
    while (is_vlan_type(found_.eth_type) && found_.tags < kMaxTags && fits(kVlanTagSize)) {
      at_ += kVlanTagSize;
      found_.tags++;
      found_.eth_type = read_u16(bytes_ + at_ - 2);
    }
    found_.payload = static_cast<uint16_t>(at_);
  }

  void find_arp() {
    constexpr uint8_t kEthernetIpv4[6] = {0, 1, 8, 0, 6, 4};
    if (fits(kArpSize) && memcmp(here(), kEthernetIpv4, 6) == 0) found_.network = found_.payload;
  }

  // A length of zero is that of a packet too long for the field, or of one whose maker left it open.
  void end_at(size_t length) {
    if (length != 0) end_ = std::min(end_, found_.payload + length);
    found_.end = static_cast<uint32_t>(end_);
  }

  void find_ipv4() {
    if (!fits(kIpv4Size) || *here() >> 4 != 4) return;
    const uint8_t* ip = here();
    const size_t header_size = (ip[0] & 0x0f) * size_t{4};
    if (header_size < kIpv4Size || !fits(header_size)) return;
    found_.network = found_.payload;
    found_.ip_proto = ip[9];
    const bool later = (ip[6] & 0x1f) | ip[7];
    const bool more = ip[6] & 0x20;
    found_.fragment = later ? FLOW_FRAG_LATER : more ? FLOW_FRAG_FIRST : FLOW_FRAG_NONE;
    end_at(read_u16(ip + 2));
    at_ += header_size;
    if (!later) find_transport(kIcmp);
  }

  void find_ipv6() {
    if (!fits(kIpv6Size) || *here() >> 4 != 6) return;
    found_.network = found_.payload;
    found_.ip_proto = here()[6];
    const size_t length = read_u16(here() + 4);
    end_at(length == 0 ? 0 : kIpv6Size + length);
    at_ += kIpv6Size;
    if (skip_extensions()) find_transport(kIcmp6);
  }

  // To the transport header; false if there is none to be found.
  bool skip_extensions() {
    for (int i = 0;; i++) {
      const unsigned rank = note_extension();
      if (rank > kAuthenticationRank && rank != kLastDestinationRank) return rank == kNoRank;
      if (i == kMaxExtensionHeaders || !fits(8)) return false;
      const uint8_t* header = here();
      const size_t size = extension_size(found_.ip_proto, header);
      if (found_.ip_proto == kFragment) found_.fragment = fragment_kind(header);
      if (found_.ip_proto == kRouting && header[3] != 0) found_.rerouted = true;
      found_.ip_proto = header[0];
      if (found_.fragment == FLOW_FRAG_LATER || !fits(size)) return false;
      at_ += size;
    }
  }

  // The place in the order that RFC 2460 (4.1) prefers. Destination options have two.
  static constexpr unsigned kHopRank = 0, kFirstDestinationRank = 1, kRoutingRank = 2, kFragmentRank = 3,
                            kAuthenticationRank = 4, kEspRank = 5, kLastDestinationRank = 6, kEndRank = 7,
                            kNoRank = 8;
  unsigned rank_of(uint8_t type) const {
    switch (type) {
      case kHopByHop:
        return kHopRank;
      case kDestinationOptions:
        return ranks_seen_ >> kFirstDestinationRank ? kLastDestinationRank : kFirstDestinationRank;
      case kRouting:
        return kRoutingRank;
      case kFragment:
        return kFragmentRank;
      case kAuthentication:
        return kAuthenticationRank;
      case kEsp:
        return kEspRank;
      case kNoNextHeader:
        return kEndRank;
      default:
        return kNoRank;
    }
  }

  // What `ip_proto` announces; kNoRank: no extension header.
  unsigned note_extension() {
    static constexpr uint16_t kBits[] = {FLOW_IPV6_HOP,         FLOW_IPV6_DESTINATION, FLOW_IPV6_ROUTER,
                                         FLOW_IPV6_FRAGMENT,    FLOW_IPV6_AUTH,        FLOW_IPV6_ESP,
                                         FLOW_IPV6_DESTINATION, FLOW_IPV6_NO_NEXT};
    const unsigned rank = rank_of(found_.ip_proto);
    if (rank == kNoRank) return rank;
    // Hop-by-hop options are such only in the first place (OpenFlow 1.3, 7.2.3.8).
    if (rank != kHopRank || ranks_seen_ == 0) found_.extensions |= kBits[rank];
    if (ranks_seen_ >> rank & 1) found_.extensions |= FLOW_IPV6_REPEATED;
    if (ranks_seen_ >> (rank + 1)) found_.extensions |= FLOW_IPV6_ORDER;
    ranks_seen_ |= 1u << rank;
    return rank;
  }

  // All have at least eight bytes.
  static size_t extension_size(uint8_t type, const uint8_t* header) {
    if (type == kFragment) return 8;
    if (type == kAuthentication) return (header[1] + size_t{2}) * 4;
    return (header[1] + size_t{1}) * 8;
  }

  static uint8_t fragment_kind(const uint8_t* header) {
    const bool later = header[2] | (header[3] & 0xf8);
    const bool more = header[3] & 0x01;
    return later ? FLOW_FRAG_LATER : more ? FLOW_FRAG_FIRST : FLOW_FRAG_NONE;
  }

  static size_t transport_size(uint8_t proto, uint8_t icmp) {
    if (proto == kTcp) return kTcpSize;
    if (proto == kUdp) return kUdpSize;
    if (proto == kSctp) return kSctpSize;
    return proto == icmp ? kIcmpSize : 0;
  }

  void find_transport(uint8_t icmp) {
    const size_t size = transport_size(found_.ip_proto, icmp);
    if (size != 0 && fits(size)) found_.transport = static_cast<uint16_t>(at_);
  }

  const uint8_t* bytes_;
  size_t end_;
  size_t at_ = 0;
  unsigned ranks_seen_ = 0;
  Headers found_;
};

}  // namespace flowbed::sw
