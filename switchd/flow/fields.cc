#include "switchd/flow/fields.hh"

#include <algorithm>
#include <cstddef>

namespace flowbed::sw {
namespace {

constexpr uint16_t kNxm0 = 0, kNxm1 = 1, kBasic = 0x8000, kExperimenterClass = 0xffff;
constexpr uint32_t kOnf = 0x4f4e4600;
constexpr uint8_t kOpenFlow12 = 3, kOpenFlow13 = 4, kOpenFlow14 = 5;
constexpr bool kMaskable = true, kExact = false, kSettable = true, kFixed = false;

const Prerequisite kOnlyTagged{.tagged = true};
const Prerequisite kOnlyIpv4{.eth_types = {FLOW_ETH_TYPE_IPV4}};
const Prerequisite kOnlyIpv6{.eth_types = {FLOW_ETH_TYPE_IPV6}};
const Prerequisite kOnlyIp{.eth_types = {FLOW_ETH_TYPE_IPV4, FLOW_ETH_TYPE_IPV6}};
const Prerequisite kOnlyArp{.eth_types = {FLOW_ETH_TYPE_ARP, 0x8035}};
const Prerequisite kOnlyMpls{.eth_types = {FLOW_ETH_TYPE_MPLS, FLOW_ETH_TYPE_MPLS_MULTICAST}};
const Prerequisite kOnlyPbb{.eth_types = {FLOW_ETH_TYPE_PBB}};
const Prerequisite kOnlyTcp{.eth_types = kOnlyIp.eth_types, .ip_protocols = {6}};
const Prerequisite kOnlyUdp{.eth_types = kOnlyIp.eth_types, .ip_protocols = {17}};
const Prerequisite kOnlySctp{.eth_types = kOnlyIp.eth_types, .ip_protocols = {132}};
const Prerequisite kOnlyIcmp4{.eth_types = {FLOW_ETH_TYPE_IPV4}, .ip_protocols = {1}};
const Prerequisite kOnlyIcmp6{.eth_types = {FLOW_ETH_TYPE_IPV6}, .ip_protocols = {FLOW_IP_PROTO_ICMPV6}};
const Prerequisite kOnlyNd{.eth_types = {FLOW_ETH_TYPE_IPV6},
                           .ip_protocols = {FLOW_IP_PROTO_ICMPV6},
                           .icmp_types = {FLOW_ND_SOLICITATION, FLOW_ND_ADVERTISEMENT}};
const Prerequisite kOnlyNdSolicitation{.eth_types = {FLOW_ETH_TYPE_IPV6},
                                       .ip_protocols = {FLOW_IP_PROTO_ICMPV6},
                                       .icmp_types = {FLOW_ND_SOLICITATION}};
const Prerequisite kOnlyNdAdvertisement{.eth_types = {FLOW_ETH_TYPE_IPV6},
                                        .ip_protocols = {FLOW_IP_PROTO_ICMPV6},
                                        .icmp_types = {FLOW_ND_ADVERTISEMENT}};

struct Place {
  size_t offset, size;
};
#define PIPELINE(member) \
  Place { offsetof(PipelineFields, member), sizeof(PipelineFields::member) }
#define PACKET(member) \
  Place { offsetof(flow_key_fields, member), sizeof(flow_key_fields::member) }
#define L3(layer, member)                                                                                   \
  Place {                                                                                                   \
    offsetof(flow_key_fields, layer) + offsetof(flow_key_##layer, member), sizeof(flow_key_##layer::member) \
  }

using Oxm = std::optional<OxmId>;
Oxm oxm(uint8_t number) { return OxmId{kBasic, number}; }
Oxm nxm(uint16_t of_class, uint8_t number) { return OxmId{of_class, number}; }

// ARP's operation, and labels of 20 bits, are sent in more bytes than they need.
size_t size_on_wire(std::string_view name, unsigned bits) {
  if (name == "arp_op") return 2;
  return bits == 20 ? 4 : (bits + 7) / 8;
}

Field make(std::string_view name, std::string_view aliases, Place place, unsigned bits, unsigned shift,
           FieldFormat format, const Prerequisite* prerequisite, bool maskable, bool settable, Oxm oxm_id,
           Oxm nxm_id, uint8_t since = kOpenFlow12) {
  return {.name = name,
          .aliases = aliases,
          .offset = place.offset,
          .size = place.size,
          .bits = bits,
          .shift = shift,
          .format = format,
          .prerequisite = prerequisite,
          .wire_bytes = size_on_wire(name, bits),
          .maskable = maskable,
          .settable = settable,
          .oxm = oxm_id,
          .nxm = nxm_id,
          .since = since};
}

// The order is that in which flows are printed.
std::vector<Field> make_fields() {
  using enum FieldFormat;
  std::vector<Field> all;
  const auto add = [&](const auto&... arguments) { all.push_back(make(arguments...)); };
  const Prerequisite* const any = nullptr;

  // clang-format off
  static constexpr std::string_view kRegisterNames[kRegisters] = {
      "reg0", "reg1", "reg2", "reg3", "reg4", "reg5", "reg6", "reg7",
      "reg8", "reg9", "reg10", "reg11", "reg12", "reg13", "reg14", "reg15"};
  for (uint8_t i = 0; i < kRegisters; i++)
    add(kRegisterNames[i], "", Place{offsetof(PipelineFields, registers) + 4u * i, 4}, 32u, 0u, kHex, any, kMaskable, kSettable, Oxm(), nxm(kNxm1, i));
  add("tun_id", "tunnel_id", PIPELINE(tunnel_id), 64u, 0u, kHex, any, kMaskable, kSettable, oxm(38), nxm(kNxm1, 16), kOpenFlow13);
  add("metadata", "", PIPELINE(metadata), 64u, 0u, kHex, any, kMaskable, kSettable, oxm(2), Oxm());
  add("conj_id", "", PIPELINE(conj_id), 32u, 0u, kDecimal, any, kMaskable, kFixed, Oxm(), nxm(kNxm1, 37));
  add("in_port", "", PIPELINE(in_port), 32u, 0u, kPort, any, kExact, kSettable, oxm(0), Oxm());
  add("in_phy_port", "", PIPELINE(in_phy_port), 32u, 0u, kPort, any, kExact, kFixed, oxm(1), Oxm());

  add("vlan_tci", "", Place{offsetof(flow_key_fields, vlan_tci), 2}, 16u, 0u, kVlanTci, any, kMaskable, kSettable, Oxm(), nxm(kNxm0, 4));
  add("vlan_vid", "", Place{offsetof(flow_key_fields, vlan_tci), 2}, 13u, 0u, kVlanVid, any, kMaskable, kSettable, oxm(6), Oxm());
  add("vlan_pcp", "dl_vlan_pcp", Place{offsetof(flow_key_fields, vlan_tci), 2}, 3u, 13u, kDecimal, &kOnlyTagged, kExact, kSettable, oxm(7), Oxm());
  add("dl_src", "eth_src", PACKET(eth_src), 48u, 0u, kMac, any, kMaskable, kSettable, oxm(4), nxm(kNxm0, 2));
  add("dl_dst", "eth_dst", PACKET(eth_dst), 48u, 0u, kMac, any, kMaskable, kSettable, oxm(3), nxm(kNxm0, 1));
  add("dl_type", "eth_type", PACKET(eth_type), 16u, 0u, kHex, any, kExact, kFixed, oxm(5), nxm(kNxm0, 3));

  add("pbb_isid", "", L3(pbb, service), 24u, 0u, kDecimal, &kOnlyPbb, kMaskable, kSettable, oxm(37), Oxm(), kOpenFlow13);
  add("pbb_uca", "", L3(pbb, service), 1u, 27u, kDecimal, &kOnlyPbb, kExact, kSettable, oxm(41), Oxm(), kOpenFlow14);
  add("mpls_label", "", L3(mpls, entry), 20u, 12u, kDecimal, &kOnlyMpls, kExact, kSettable, oxm(34), Oxm());
  add("mpls_tc", "", L3(mpls, entry), 3u, 9u, kDecimal, &kOnlyMpls, kExact, kSettable, oxm(35), Oxm());
  add("mpls_bos", "", L3(mpls, entry), 1u, 8u, kDecimal, &kOnlyMpls, kExact, kFixed, oxm(36), Oxm(), kOpenFlow13);
  add("mpls_ttl", "", L3(mpls, entry), 8u, 0u, kDecimal, &kOnlyMpls, kExact, kSettable, Oxm(), nxm(kNxm1, 30));

  add("nw_src", "ip_src ipv4_src", L3(ipv4, src), 32u, 0u, kIpv4, &kOnlyIpv4, kMaskable, kSettable, oxm(11), nxm(kNxm0, 7));
  add("nw_dst", "ip_dst ipv4_dst", L3(ipv4, dst), 32u, 0u, kIpv4, &kOnlyIpv4, kMaskable, kSettable, oxm(12), nxm(kNxm0, 8));
  add("ipv6_src", "", L3(ipv6, src), 128u, 0u, kIpv6, &kOnlyIpv6, kMaskable, kSettable, oxm(26), nxm(kNxm1, 19));
  add("ipv6_dst", "", L3(ipv6, dst), 128u, 0u, kIpv6, &kOnlyIpv6, kMaskable, kSettable, oxm(27), nxm(kNxm1, 20));
  add("ipv6_label", "ipv6_flabel", L3(ipv6, label), 20u, 0u, kHex, &kOnlyIpv6, kMaskable, kSettable, oxm(28), nxm(kNxm1, 27));
  add("ipv6_exthdr", "", L3(ipv6, extensions), 9u, 0u, kHex, &kOnlyIpv6, kMaskable, kFixed, oxm(39), Oxm(), kOpenFlow13);
  add("nw_proto", "ip_proto", PACKET(ip_proto), 8u, 0u, kDecimal, &kOnlyIp, kExact, kFixed, oxm(10), nxm(kNxm0, 6));
  add("nw_tos", "", PACKET(ip_tos), 6u, 2u, kTos, &kOnlyIp, kExact, kSettable, Oxm(), nxm(kNxm0, 5));
  add("ip_dscp", "", PACKET(ip_tos), 6u, 2u, kDecimal, &kOnlyIp, kExact, kSettable, oxm(8), Oxm());
  add("nw_ecn", "ip_ecn", PACKET(ip_tos), 2u, 0u, kDecimal, &kOnlyIp, kExact, kSettable, oxm(9), nxm(kNxm1, 28));
  add("nw_ttl", "ip_ttl", PACKET(ip_ttl), 8u, 0u, kDecimal, &kOnlyIp, kExact, kSettable, Oxm(), nxm(kNxm1, 29));
  add("ip_frag", "nw_frag", PACKET(flags), 2u, 0u, kFragment, &kOnlyIp, kMaskable, kFixed, Oxm(), nxm(kNxm1, 26));

  add("arp_op", "", PACKET(ip_proto), 8u, 0u, kDecimal, &kOnlyArp, kExact, kSettable, oxm(21), nxm(kNxm0, 15));
  add("arp_spa", "", L3(arp, spa), 32u, 0u, kIpv4, &kOnlyArp, kMaskable, kSettable, oxm(22), nxm(kNxm0, 16));
  add("arp_tpa", "", L3(arp, tpa), 32u, 0u, kIpv4, &kOnlyArp, kMaskable, kSettable, oxm(23), nxm(kNxm0, 17));
  add("arp_sha", "", L3(arp, sha), 48u, 0u, kMac, &kOnlyArp, kMaskable, kSettable, oxm(24), nxm(kNxm1, 17));
  add("arp_tha", "", L3(arp, tha), 48u, 0u, kMac, &kOnlyArp, kMaskable, kSettable, oxm(25), nxm(kNxm1, 18));

  add("tcp_src", "", PACKET(tp_src), 16u, 0u, kDecimal, &kOnlyTcp, kMaskable, kSettable, oxm(13), nxm(kNxm0, 9));
  add("tcp_dst", "", PACKET(tp_dst), 16u, 0u, kDecimal, &kOnlyTcp, kMaskable, kSettable, oxm(14), nxm(kNxm0, 10));
  add("tcp_flags", "", PACKET(tcp_flags), 12u, 0u, kTcpFlags, &kOnlyTcp, kMaskable, kFixed, Oxm(OxmId{kExperimenterClass, 42, kOnf}), nxm(kNxm1, 34), kOpenFlow13);
  add("udp_src", "", PACKET(tp_src), 16u, 0u, kDecimal, &kOnlyUdp, kMaskable, kSettable, oxm(15), nxm(kNxm0, 11));
  add("udp_dst", "", PACKET(tp_dst), 16u, 0u, kDecimal, &kOnlyUdp, kMaskable, kSettable, oxm(16), nxm(kNxm0, 12));
  add("sctp_src", "", PACKET(tp_src), 16u, 0u, kDecimal, &kOnlySctp, kMaskable, kSettable, oxm(17), Oxm());
  add("sctp_dst", "", PACKET(tp_dst), 16u, 0u, kDecimal, &kOnlySctp, kMaskable, kSettable, oxm(18), Oxm());
  add("icmp_type", "icmpv4_type", PACKET(tp_src), 8u, 0u, kDecimal, &kOnlyIcmp4, kExact, kSettable, oxm(19), nxm(kNxm0, 13));
  add("icmp_code", "icmpv4_code", PACKET(tp_dst), 8u, 0u, kDecimal, &kOnlyIcmp4, kExact, kSettable, oxm(20), nxm(kNxm0, 14));
  add("icmpv6_type", "", PACKET(tp_src), 8u, 0u, kDecimal, &kOnlyIcmp6, kExact, kSettable, oxm(29), nxm(kNxm1, 21));
  add("icmpv6_code", "", PACKET(tp_dst), 8u, 0u, kDecimal, &kOnlyIcmp6, kExact, kSettable, oxm(30), nxm(kNxm1, 22));
  add("nd_target", "", L3(ipv6, nd_target), 128u, 0u, kIpv6, &kOnlyNd, kMaskable, kSettable, oxm(31), nxm(kNxm1, 23));
  add("nd_sll", "", L3(ipv6, nd_sll), 48u, 0u, kMac, &kOnlyNdSolicitation, kMaskable, kSettable, oxm(32), nxm(kNxm1, 24));
  add("nd_tll", "", L3(ipv6, nd_tll), 48u, 0u, kMac, &kOnlyNdAdvertisement, kMaskable, kSettable, oxm(33), nxm(kNxm1, 25));
  // clang-format on
  return all;
}

std::vector<Field> const& table() {
  static const std::vector<Field> all = make_fields();
  return all;
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

const uint8_t* bytes_of(const PipelineKey& key) { return reinterpret_cast<const uint8_t*>(&key); }
uint8_t* bytes_of(PipelineKey& key) { return reinterpret_cast<uint8_t*>(&key); }

FieldValue read_bytes(const Field& field, const PipelineKey& key) {
  FieldValue value = 0;
  for (size_t i = 0; i < field.size; i++) value = value << 8 | bytes_of(key)[field.offset + i];
  return value;
}

void write_bytes(const Field& field, FieldValue value, PipelineKey& key) {
  for (size_t i = field.size; i-- > 0; value >>= 8)
    bytes_of(key)[field.offset + i] = static_cast<uint8_t>(value);
}

// That there is a tag stands in the tag's type. In a value it is bit 12, as in OXM_OF_VLAN_VID.
constexpr FieldValue kPresentBit = 0x1000;
bool holds_presence(const Field& field) {
  return field.format == FieldFormat::kVlanVid || field.format == FieldFormat::kVlanTci;
}
const uint16_t kPresent = flow_key_u16(FLOW_VLAN_PRESENT);

template <class Container, class Value>
bool fits(const Container& allowed, Value value) {
  return allowed.empty() || std::ranges::find(allowed, value) != allowed.end();
}

}  // namespace

std::span<const Field> fields() { return table(); }

const Field* find_field(std::string_view name) {
  const auto found = std::ranges::find_if(
      table(), [&](const Field& f) { return f.name == name || has_word(f.aliases, name); });
  return found == table().end() ? nullptr : &*found;
}

const Field& field_named(std::string_view name) { return *find_field(name); }

const Field* find_field(const OxmId& id) {
  const auto found =
      std::ranges::find_if(table(), [&](const Field& f) { return f.oxm == id || f.nxm == id; });
  return found == table().end() ? nullptr : &*found;
}

FieldValue read_field(const Field& field, const PipelineKey& key) {
  const FieldValue value = read_bytes(field, key) >> field.shift;
  if (!holds_presence(field)) return value & field.all_ones();
  const bool present = key.f.packet.f.vlan_tpid & kPresent;
  return (value & field.all_ones() & ~kPresentBit) | (present ? kPresentBit : 0);
}

void write_field(const Field& field, FieldValue value, FieldValue mask, PipelineKey& key) {
  FieldValue bits = mask & field.all_ones();
  if (holds_presence(field) && (bits & kPresentBit)) {
    uint16_t& type = key.f.packet.f.vlan_tpid;
    type = static_cast<uint16_t>((value & kPresentBit) ? type | kPresent : type & ~kPresent);
    bits &= ~kPresentBit;
  }
  bits <<= field.shift;
  write_bytes(field, (read_bytes(field, key) & ~bits) | ((value << field.shift) & bits), key);
}

void write_field(const Field& field, FieldValue value, PipelineKey& key) {
  write_field(field, value, field.all_ones(), key);
}

bool has_field(const Field& field, const PipelineKey& key) {
  if (!field.prerequisite) return true;
  const Prerequisite& needed = *field.prerequisite;
  const flow_key_fields& packet = key.f.packet.f;
  return fits(needed.eth_types, flow_key_u16(packet.eth_type)) &&
         fits(needed.ip_protocols, packet.ip_proto) && fits(needed.icmp_types, flow_key_u16(packet.tp_src)) &&
         (!needed.tagged || (packet.vlan_tpid & kPresent));
}

PipelineMask presence_mask(const Field& field) {
  PipelineMask mask{};
  if (!field.prerequisite) return mask;
  flow_key_fields& packet = mask.f.packet.f;
  packet.eth_type = 0xffff;
  if (field.prerequisite->tagged) packet.vlan_tpid = 0xffff;
  if (!field.prerequisite->icmp_types.empty()) packet.tp_src = 0xffff;
  if (field.prerequisite->ip_protocols.empty()) return mask;
  packet.ip_proto = 0xff;
  packet.flags = FLOW_FRAG_BITS;
  return mask;
}

bool is_of_packet(const Field& field) { return field.offset < sizeof(FlowKey); }

}  // namespace flowbed::sw
