#include "switchd/flow/set_chunk.hh"

#include <cstddef>

#include "switchd/flow/flow_key.h"
#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {

using Covered = PacketEditor::Covered;

#define CHUNK(member) (offsetof(flow_key_fields, member) / 2)
#define L3_CHUNK(layer, member) ((offsetof(flow_key_fields, layer) + offsetof(flow_key_##layer, member)) / 2)

constexpr size_t kVlanTci = CHUNK(vlan_tci), kEthDst = CHUNK(eth_dst), kEthSrc = CHUNK(eth_src),
                 kProtoAndTos = CHUNK(ip_proto), kTtl = CHUNK(ip_ttl), kTpSrc = CHUNK(tp_src),
                 kTpDst = CHUNK(tp_dst);
constexpr size_t kMacChunks = 3, kIpv4Chunks = 2, kIpv6Chunks = 8;

// 16 bits of the packet, and what of them is to be set. An empty mask: nothing.
struct Place {
  size_t offset = 0;
  uint16_t value = 0, mask = 0;
  Covered covered = Covered::kNot;
};

// Finds the place for one action.
class Setter {
 public:
  Setter(PacketEditor& packet, const Action& action)
      : packet_(packet),
        at_(packet.headers()),
        chunk_(action.type),
        value_(action.set_value()),
        mask_(action.set_mask()) {}

  Place place() const {
    if (is_in(kEthDst, kMacChunks)) return whole(2 * (chunk_ - kEthDst));
    if (is_in(kEthSrc, kMacChunks)) return whole(6 + 2 * (chunk_ - kEthSrc));
    if (chunk_ == kTpSrc || chunk_ == kTpDst) return transport();
    if (at_.network == 0) return {};
    switch (at_.eth_type) {
      case FLOW_ETH_TYPE_IPV4:
        return ipv4();
      case FLOW_ETH_TYPE_IPV6:
        return ipv6();
      case FLOW_ETH_TYPE_ARP:
        return arp();
      default:  // MPLS, PBB
        return chunked(CHUNK(mpls), 2, at_.network);
    }
  }

 private:
  bool is_in(size_t first, size_t count) const { return chunk_ >= first && chunk_ < first + count; }
  Place whole(size_t offset, Covered covered = Covered::kNot) const {
    return {offset, value_, mask_, covered};
  }
  // The low byte of the chunk is the high one of the place, and the other way round.
  Place low_as_high(size_t offset, Covered covered) const {
    return {offset, static_cast<uint16_t>(value_ << 8), static_cast<uint16_t>(mask_ << 8), covered};
  }
  Place high_as_low(size_t offset, Covered covered) const {
    return {offset, static_cast<uint16_t>(value_ >> 8), static_cast<uint16_t>(mask_ >> 8), covered};
  }
  Place part(size_t offset, uint16_t bits, Covered covered) const {
    return {offset, value_, static_cast<uint16_t>(mask_ & bits), covered};
  }
  // Fields that stand in the packet as they do in the key.
  Place chunked(size_t first, size_t count, size_t offset, Covered covered = Covered::kNot) const {
    return is_in(first, count) ? whole(offset + 2 * (chunk_ - first), covered) : Place{};
  }

  Place transport() const {
    if (at_.transport == 0) return {};
    if (at_.ip_proto == kIcmp || at_.ip_proto == kIcmp6) {  // the type, and the code
      if (chunk_ == kTpSrc) return low_as_high(at_.transport, Covered::kTransport);
      return part(at_.transport, 0x00ff, Covered::kTransport);
    }
    return whole(at_.transport + 2 * (chunk_ - kTpSrc), Covered::kTransport);
  }

  Place ipv4() const {
    if (chunk_ == kProtoAndTos) return part(at_.network, 0x00ff, Covered::kNetwork);
    if (chunk_ == kTtl) return part(at_.network + 8, 0xff00, Covered::kNetwork);
    return chunked(CHUNK(ipv4), 2 * kIpv4Chunks, at_.network + 12, Covered::kBoth);
  }

  Place ipv6() const {
    if (chunk_ == kProtoAndTos) {
      return {at_.network, static_cast<uint16_t>(value_ << 4), static_cast<uint16_t>((mask_ & 0x00ff) << 4),
              Covered::kNot};
    }
    if (chunk_ == kTtl) return high_as_low(at_.network + 6, Covered::kNot);
    if (chunk_ == L3_CHUNK(ipv6, label)) return part(at_.network, 0x000f, Covered::kNot);
    if (chunk_ == L3_CHUNK(ipv6, label) + 1) return whole(at_.network + 2);
    if (is_in(L3_CHUNK(ipv6, src), kIpv6Chunks)) {
      return chunked(L3_CHUNK(ipv6, src), kIpv6Chunks, at_.network + 8, Covered::kPseudoHeader);
    }
    if (is_in(L3_CHUNK(ipv6, dst), kIpv6Chunks)) {
      return chunked(L3_CHUNK(ipv6, dst), kIpv6Chunks, at_.network + 24,
                     at_.rerouted ? Covered::kNot : Covered::kPseudoHeader);
    }
    return neighbour_discovery();
  }

  Place neighbour_discovery() const {
    if (at_.ip_proto != kIcmp6 || at_.transport == 0) return {};
    const auto message = packet_.packet().bytes.subspan(at_.transport, at_.end - at_.transport);
    if (!is_nd(message)) return {};
    if (is_in(L3_CHUNK(ipv6, nd_target), kIpv6Chunks)) {
      return chunked(L3_CHUNK(ipv6, nd_target), kIpv6Chunks, at_.transport + kNdTargetOffset,
                     Covered::kTransport);
    }
    const bool source = is_in(L3_CHUNK(ipv6, nd_sll), kMacChunks);
    const size_t address = find_nd_address(message, source ? kNdSourceAddress : kNdTargetAddress);
    if (address == 0) return {};
    const size_t first = source ? L3_CHUNK(ipv6, nd_sll) : L3_CHUNK(ipv6, nd_tll);
    return chunked(first, kMacChunks, at_.transport + address, Covered::kTransport);
  }

  Place arp() const {
    if (chunk_ == kProtoAndTos) {  // the operation, of which the key has no more than eight bits
      const bool all = mask_ >> 8 == 0xff;
      return {at_.network + size_t{6}, static_cast<uint16_t>(value_ >> 8),
              static_cast<uint16_t>(all ? 0xffff : mask_ >> 8), Covered::kNot};
    }
    if (is_in(L3_CHUNK(arp, sha), kMacChunks))
      return chunked(L3_CHUNK(arp, sha), kMacChunks, at_.network + 8);
    if (is_in(L3_CHUNK(arp, spa), kIpv4Chunks))
      return chunked(L3_CHUNK(arp, spa), kIpv4Chunks, at_.network + 14);
    if (is_in(L3_CHUNK(arp, tha), kMacChunks))
      return chunked(L3_CHUNK(arp, tha), kMacChunks, at_.network + 18);
    return chunked(L3_CHUNK(arp, tpa), kIpv4Chunks, at_.network + 24);
  }

  PacketEditor& packet_;
  const Headers& at_;
  size_t chunk_;
  uint16_t value_, mask_;
};

#undef CHUNK
#undef L3_CHUNK

}  // namespace

void set_chunk(PacketEditor& packet, const Action& action) {
  if (action.type == kVlanTci) return packet.set_tci(action.set_value(), action.set_mask());
  if (packet.packet().bytes.size() < kEthernetHeaderSize) return;
  const Place place = Setter(packet, action).place();
  if (place.mask) packet.change(place.offset, place.value, place.mask, place.covered);
}

}  // namespace flowbed::sw
