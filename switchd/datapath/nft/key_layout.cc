#include "switchd/datapath/nft/key_layout.hh"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>

#include "switchd/packet/packet.hh"
#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {

constexpr size_t kRegister = 4;
constexpr uint8_t kVersionAndSize = 0x45;  // IPv4 without options
constexpr uint8_t kUdpChecksumOffset = 6;
constexpr uint8_t kTypeOffset = 12, kTaggedTypeOffset = 16;

// One byte of the packet that the key has: its value and which bits of it count.
struct WantedByte {
  PacketPart part;
  uint8_t offset, value, mask;
};

class KeyBuilder {
 public:
  KeyBuilder(const FlowKey& key, const FlowMask& mask, ChangeDepth changed)
      : key_(key), mask_(mask), changed_(changed) {}

  std::optional<NftKey> build(IfIndex in) {
    const bool known_port = mask_.f.in_port == 0xffff;
    if (!known_port || key_.f.recirculation != 0 || !add_link_layer() || !add_network_layer()) return {};
    return pack(in);
  }

 private:
  // --- what is wanted

  void want(PacketPart part, size_t offset, const void* value, const void* mask, size_t size) {
    const auto* values = static_cast<const uint8_t*>(value);
    const auto* masks = static_cast<const uint8_t*>(mask);
    for (size_t i = 0; i < size; i++) {
      if (masks[i]) add({part, static_cast<uint8_t>(offset + i), values[i], masks[i]});
    }
  }
  void want_byte(PacketPart part, size_t offset, uint8_t value, uint8_t mask = 0xff) {
    if (mask) add({part, static_cast<uint8_t>(offset), value, mask});
  }
  void add(const WantedByte& byte) {
    for (WantedByte& other : wanted_) {
      if (other.part != byte.part || other.offset != byte.offset) continue;
      other.value |= byte.value & byte.mask;
      other.mask |= byte.mask;
      return;
    }
    wanted_.push_back(byte);
  }
  void guard(KeyGuard::Kind kind, PacketPart part, size_t offset, uint16_t value = 0) {
    guards_.push_back({kind, part, static_cast<uint8_t>(offset), value});
  }

  // --- Ethernet and VLAN

  bool add_link_layer() {
    const auto& k = key_.f;
    const auto& m = mask_.f;
    want(PacketPart::kLink, 0, k.eth_dst, m.eth_dst, sizeof k.eth_dst);
    want(PacketPart::kLink, 6, k.eth_src, m.eth_src, sizeof k.eth_src);
    if (m.flags & k.flags & FLOW_MORE_TAGS) return false;
    type_is_known_ = m.eth_type == 0xffff;
    if (!type_is_known_ && m.eth_type != 0) return false;
    const bool tagged = k.vlan_tpid != 0;
    if (!tagged && k.vlan_tci != 0) return false;
    const bool looks_at_tag = m.vlan_tpid || m.vlan_tci || type_is_known_;
    const bool looks_below = type_is_known_ || (m.flags & FLOW_MORE_TAGS);
    if (tagged) {
      const uint16_t tpid = htons(tag_type(key_, mask_)), all = 0xffff;
      if ((tpid ^ k.vlan_tpid) & m.vlan_tpid) return false;
      want(PacketPart::kLink, kTypeOffset, &tpid, &all, 2);
      want(PacketPart::kLink, kTciOffset, &k.vlan_tci, &m.vlan_tci, 2);
    }
    add_type(tagged ? kTaggedTypeOffset : kTypeOffset, tagged ? looks_below : looks_at_tag || looks_below);
    return true;
  }

  // `matters`: whether there is (another) tag. A known type that is no tag's tells.
  void add_type(size_t offset, bool matters) {
    if (type_is_known_) {
      const uint16_t all = 0xffff;
      want(PacketPart::kLink, offset, &key_.f.eth_type, &all, 2);
    } else if (matters) {
      for (const uint16_t type : {kEtherTypeVlan, kEtherTypeServiceVlan, kEtherTypeOldServiceVlan})
        guard(KeyGuard::Kind::kIsNot, PacketPart::kLink, offset, type);
    }
  }

  // --- what is within

  bool looks_at_network() const {
    const auto& m = mask_.f;
    const bool first_words = m.tcp_flags || m.ip_proto || m.ip_tos || m.ip_ttl ||
                             (m.flags & FLOW_FRAG_BITS) || m.tp_src || m.tp_dst;
    return first_words || std::any_of(mask_.words + FLOW_KEY_L3_WORD, mask_.words + FLOW_KEY_WORDS,
                                      [](uint64_t word) { return word != 0; });
  }

  bool add_network_layer() {
    if (!looks_at_network() && changed_ == ChangeDepth::kLink) return true;
    if (!type_is_known_) return false;
    if (flow_key_is(&key_, FLOW_ETH_TYPE_IPV4)) return add_ipv4();
    if (flow_key_is(&key_, FLOW_ETH_TYPE_IPV6)) return add_ipv6();
    if (flow_key_is(&key_, FLOW_ETH_TYPE_ARP)) return add_arp();
    if (flow_key_is_mpls(&key_)) {
      want(PacketPart::kNetwork, 0, &key_.f.mpls.entry, &mask_.f.mpls.entry, 4);
      return true;
    }
    return !flow_key_is(&key_, FLOW_ETH_TYPE_PBB);
  }

  bool add_ipv4() {
    const auto& k = key_.f;
    const auto& m = mask_.f;
    constexpr auto kIp = PacketPart::kNetwork;
    want_byte(kIp, 0, kVersionAndSize);
    guard(KeyGuard::Kind::kIsThere, kIp, 19);
    want_byte(kIp, 1, k.ip_tos, m.ip_tos);
    want_byte(kIp, 8, k.ip_ttl, m.ip_ttl);
    want_byte(kIp, 9, k.ip_proto, m.ip_proto);
    want(kIp, 12, &k.ipv4, &m.ipv4, sizeof k.ipv4);
    const bool transport = looks_at_transport() || changed_ == ChangeDepth::kTransport;
    if (!add_ipv4_fragment(transport || changed_ >= ChangeDepth::kAddresses)) return false;
    return !transport || add_transport(kIcmp, 2, 20);
  }

  // More fragments (0x2000), and the offset.
  bool add_ipv4_fragment(bool transport) {
    const uint8_t looked_at = mask_.f.flags & FLOW_FRAG_BITS, found = key_.f.flags & looked_at;
    uint16_t value = 0, mask = 0;
    if (looked_at == FLOW_FRAG_BITS) {
      if (found == FLOW_FRAG_LATER) return false;
      mask = 0x3fff;
      value = found == FLOW_FRAG_FIRST ? 0x2000 : 0;
    } else if (looked_at == FLOW_FRAG_FIRST) {
      if (found) return false;
      mask = 0x3fff;
    } else if (looked_at) {
      if (found) return false;
      mask = 0x1fff;
    } else if (transport) {
      mask = 0x3fff;
    }
    const uint16_t v = htons(value), bits = htons(mask);
    want(PacketPart::kNetwork, 6, &v, &bits, 2);
    return true;
  }

  bool add_ipv6() {
    const auto& k = key_.f;
    const auto& m = mask_.f;
    constexpr auto kIp = PacketPart::kNetwork;
    want_byte(kIp, 0, 0x60, 0xf0);
    guard(KeyGuard::Kind::kIsThere, kIp, 39);
    want_byte(kIp, 0, k.ip_tos >> 4, m.ip_tos >> 4);
    want_byte(kIp, 1, static_cast<uint8_t>(k.ip_tos << 4), static_cast<uint8_t>(m.ip_tos << 4));
    want(kIp, 0, &k.ipv6.label, &m.ipv6.label, 4);
    want_byte(kIp, 7, k.ip_ttl, m.ip_ttl);
    want(kIp, 8, k.ipv6.src, m.ipv6.src, 16);
    want(kIp, 24, k.ipv6.dst, m.ipv6.dst, 16);
    const bool transport = looks_at_transport() || changed_ == ChangeDepth::kTransport;
    const bool below = m.ip_proto || m.ipv6.extensions || (m.flags & FLOW_FRAG_BITS) || transport ||
                       changed_ >= ChangeDepth::kAddresses;
    if (!below) return true;
    // Without extension headers, the packet is no fragment either.
    const bool plain = m.ip_proto == 0xff && !is_extension(k.ip_proto) && k.ipv6.extensions == 0 &&
                       (k.flags & FLOW_FRAG_BITS) == 0;
    if (!plain) return false;
    want_byte(kIp, 6, k.ip_proto);
    return !transport || add_transport(kIcmp6, 4, 0);
  }

  static bool is_extension(uint8_t proto) {
    constexpr uint8_t kExtensions[] = {kHopByHop, kDestinationOptions, kRouting, kFragment, kAuthentication,
                                       kEsp,      kNoNextHeader};
    return std::ranges::find(kExtensions, proto) != std::end(kExtensions);
  }

  bool looks_at_transport() const {
    return mask_.f.tp_src || mask_.f.tp_dst || mask_.f.tcp_flags || looks_at_nd();
  }
  bool looks_at_nd() const {
    if (!flow_key_is(&key_, FLOW_ETH_TYPE_IPV6)) return false;
    return std::any_of(mask_.words + 9, mask_.words + FLOW_KEY_WORDS,
                       [](uint64_t word) { return word != 0; });
  }

  // `length_at`: of IP's length field, which counts `header` bytes of its own.
  bool add_transport(uint8_t icmp, size_t length_at, uint16_t header) {
    const auto& k = key_.f;
    const auto& m = mask_.f;
    constexpr auto kIp = PacketPart::kNetwork;
    constexpr auto kTransport = PacketPart::kTransport;
    if (m.ip_proto != 0xff) return false;
    if (looks_at_nd() && flow_key_is_nd(&key_)) return false;
    const size_t size = transport_size(k.ip_proto, icmp);
    if (size == 0) return true;  // there are no ports then, and the key has zeros
    guard(KeyGuard::Kind::kAtLeast, kIp, length_at, static_cast<uint16_t>(header + size));
    guard(KeyGuard::Kind::kIsThere, kTransport, size - 1);
    if (k.ip_proto == icmp) {
      want_byte(kTransport, 0, low_byte(k.tp_src), low_byte(m.tp_src));
      want_byte(kTransport, 1, low_byte(k.tp_dst), low_byte(m.tp_dst));
      return true;
    }
    // UDP may do without a checksum, which nftables would then invent.
    if (k.ip_proto == kUdp && changed_ == ChangeDepth::kTransport)
      guard(KeyGuard::Kind::kIsNot, kTransport, kUdpChecksumOffset, 0);
    want(kTransport, 0, &k.tp_src, &m.tp_src, 2);
    want(kTransport, 2, &k.tp_dst, &m.tp_dst, 2);
    const uint16_t flags = m.tcp_flags & htons(0x0fff);
    if (k.ip_proto == kTcp) want(kTransport, 12, &k.tcp_flags, &flags, 2);
    return true;
  }

  static uint8_t low_byte(uint16_t network_order) { return static_cast<uint8_t>(ntohs(network_order)); }
  static size_t transport_size(uint8_t proto, uint8_t icmp) {
    if (proto == kTcp) return kTcpSize;
    if (proto == kUdp) return kUdpSize;
    if (proto == kSctp) return kSctpSize;
    return proto == icmp ? kIcmpSize : 0;
  }

  bool add_arp() {
    const auto& k = key_.f;
    const auto& m = mask_.f;
    constexpr auto kArp = PacketPart::kNetwork;
    constexpr uint8_t kEthernetIpv4[6] = {0, 1, 8, 0, 6, 4};
    for (size_t i = 0; i < sizeof kEthernetIpv4; i++) want_byte(kArp, i, kEthernetIpv4[i]);
    guard(KeyGuard::Kind::kIsThere, kArp, 27);
    if (m.ip_proto) {
      if (m.ip_proto != 0xff || k.ip_proto == 0)
        return false;  // 0: none, or one that is too large for the key
      want_byte(kArp, 6, 0);
      want_byte(kArp, 7, k.ip_proto);
    }
    want(kArp, 8, k.arp.sha, m.arp.sha, 6);
    want(kArp, 14, &k.arp.spa, &m.arp.spa, 4);
    want(kArp, 18, k.arp.tha, m.arp.tha, 6);
    want(kArp, 24, &k.arp.tpa, &m.arp.tpa, 4);
    return true;
  }

  // --- into registers

  std::optional<NftKey> pack(IfIndex in) {
    std::ranges::sort(wanted_, {}, [](const WantedByte& b) { return std::pair(b.part, b.offset); });
    std::ranges::sort(guards_);
    NftKey result;
    result.layout.guards = std::move(guards_);
    const uint32_t index = to_number(in);
    memcpy(result.bytes.data(), &index, sizeof index);
    memset(result.layout.mask.data(), 0xff, sizeof index);
    size_t at = kRegister;
    for (size_t first = 0; first < wanted_.size();) {
      const size_t end = piece_end(first);
      const WantedByte& begin = wanted_[first];
      const auto size = static_cast<uint8_t>(wanted_[end - 1].offset - begin.offset + 1);
      if (at + size > kMaxNftKey) return {};
      result.layout.pieces.push_back({begin.part, begin.offset, size});
      for (; first < end; first++) {
        const size_t byte = at + wanted_[first].offset - begin.offset;
        result.bytes[byte] = wanted_[first].value & wanted_[first].mask;
        result.layout.mask[byte] = wanted_[first].mask;
      }
      at += (size + kRegister - 1) / kRegister * kRegister;
    }
    result.layout.size = at;
    return result;
  }

  // Bytes that lie close are read at once.
  size_t piece_end(size_t first) const {
    constexpr int kFarApart = 5;
    size_t end = first + 1;
    while (end < wanted_.size() && wanted_[end].part == wanted_[first].part &&
           wanted_[end].offset - wanted_[end - 1].offset < kFarApart)
      end++;
    return end;
  }

  const FlowKey& key_;
  const FlowMask& mask_;
  const ChangeDepth changed_;
  bool type_is_known_ = false;
  std::vector<WantedByte> wanted_;
  std::vector<KeyGuard> guards_;
};

}  // namespace

// Where only that there is a tag matters: one of the usual type, which is narrower.
uint16_t tag_type(const FlowKey& key, const FlowMask& mask) {
  if (key.f.vlan_tpid == 0) return 0;
  return mask.f.vlan_tpid == 0xffff ? ntohs(key.f.vlan_tpid) : kEtherTypeVlan;
}

std::optional<NftKey> nft_key(const FlowKey& key, const FlowMask& mask, IfIndex in, ChangeDepth changed) {
  return KeyBuilder(key, mask, changed).build(in);
}

}  // namespace flowbed::sw
