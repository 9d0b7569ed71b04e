#include "switchd/flow/fields.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "core/base/address.hh"

namespace flowbed::sw {
namespace {

#define AT(member) offsetof(flow_key_fields, member), sizeof(flow_key_fields::member)
#define L3(layer, member) \
  offsetof(flow_key_fields, layer) + offsetof(flow_key_##layer, member), sizeof(flow_key_##layer::member)

constexpr Field kFields[] = {
    {"in_port", "", AT(in_port), FieldKind::kPort},
    {"eth_src", "dl_src", AT(eth_src), FieldKind::kMac},
    {"eth_dst", "dl_dst", AT(eth_dst), FieldKind::kMac},
    {"eth_type", "dl_type", AT(eth_type), FieldKind::kHex},
    {"vlan_tpid", "", AT(vlan_tpid), FieldKind::kHex},
    {"vlan_tci", "", AT(vlan_tci), FieldKind::kHex},
    {"ip_src", "nw_src", L3(ipv4, src), FieldKind::kIpv4, FLOW_ETH_TYPE_IPV4},
    {"ip_dst", "nw_dst", L3(ipv4, dst), FieldKind::kIpv4, FLOW_ETH_TYPE_IPV4},
    {"ip_src", "ipv6_src", L3(ipv6, src), FieldKind::kIpv6, FLOW_ETH_TYPE_IPV6},
    {"ip_dst", "ipv6_dst", L3(ipv6, dst), FieldKind::kIpv6, FLOW_ETH_TYPE_IPV6},
    {"ipv6_label", "", L3(ipv6, label), FieldKind::kHex, FLOW_ETH_TYPE_IPV6},
    {"arp_spa", "", L3(arp, spa), FieldKind::kIpv4, FLOW_ETH_TYPE_ARP},
    {"arp_tpa", "", L3(arp, tpa), FieldKind::kIpv4, FLOW_ETH_TYPE_ARP},
    {"arp_sha", "", L3(arp, sha), FieldKind::kMac, FLOW_ETH_TYPE_ARP},
    {"arp_tha", "", L3(arp, tha), FieldKind::kMac, FLOW_ETH_TYPE_ARP},
    {"ip_proto", "nw_proto arp_op", AT(ip_proto), FieldKind::kDecimal},
    {"ip_tos", "nw_tos", AT(ip_tos), FieldKind::kDecimal},
    {"ip_ttl", "nw_ttl", AT(ip_ttl), FieldKind::kDecimal},
    {"ip_frag", "", AT(ip_frag), FieldKind::kDecimal},
    {"tp_src", "tcp_src udp_src sctp_src icmp_type icmpv6_type", AT(tp_src), FieldKind::kDecimal},
    {"tp_dst", "tcp_dst udp_dst sctp_dst icmp_code icmpv6_code", AT(tp_dst), FieldKind::kDecimal},
    {"tcp_flags", "", AT(tcp_flags), FieldKind::kHex},
};

#undef AT
#undef L3

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

// The field as a number; everything but in_port stands in network order.
uint64_t read_number(const Field& field, const uint8_t* at) {
  if (field.kind == FieldKind::kPort) {
    uint32_t port;
    memcpy(&port, at, sizeof port);
    return port;
  }
  uint64_t value = 0;
  for (size_t i = 0; i < field.size; i++) value = value << 8 | at[i];
  return value;
}

void write_number(const Field& field, uint64_t value, uint8_t* at) {
  if (field.kind == FieldKind::kPort) {
    const auto port = static_cast<uint32_t>(value);
    memcpy(at, &port, sizeof port);
    return;
  }
  for (size_t i = field.size; i-- > 0; value >>= 8) at[i] = static_cast<uint8_t>(value);
}

bool parse_number(const Field& field, std::string_view text, uint8_t* at) {
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  }
  uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (fault != std::errc() || end != text.data() + text.size() || value >> (8 * field.size) != 0)
    return false;
  write_number(field, value, at);
  return true;
}

bool parse_mac(std::string_view text, uint8_t* at) {
  const auto mac = MacAddress::parse(text);
  if (mac) memcpy(at, mac->bytes.data(), 6);
  return mac.has_value();
}

bool parse_ip(std::string_view text, bool v6, uint8_t* at) {
  const auto ip = IpAddress::parse(text);
  if (!ip || ip->v6 != v6) return false;
  memcpy(at, ip->bytes.data(), ip->size());
  return true;
}

std::string format_hex(uint64_t value) {
  char text[19];
  snprintf(text, sizeof text, "0x%04llx", static_cast<unsigned long long>(value));
  return text;
}

std::string format_ip(const uint8_t* at, bool v6) {
  IpAddress ip;
  ip.v6 = v6;
  memcpy(ip.bytes.data(), at, ip.size());
  return ip.to_string();
}

std::string format_mac(const uint8_t* at) {
  MacAddress mac;
  memcpy(mac.bytes.data(), at, 6);
  return mac.to_string();
}

}  // namespace

std::span<const Field> fields() { return kFields; }

const Field* find_field(std::string_view name, std::string_view value) {
  const auto named = [&](const Field& f) { return f.name == name || has_word(f.aliases, name); };
  const auto fits = [&](const Field& f) {
    FlowKey scratch = {};
    return named(f) && parse_field(f, value, scratch);
  };
  const auto fitting = std::ranges::find_if(kFields, fits);
  if (fitting != std::ranges::end(kFields)) return fitting;
  const auto other = std::ranges::find_if(kFields, named);
  return other == std::ranges::end(kFields) ? nullptr : other;
}

bool field_exists(const Field& field, const FlowKey& key) {
  return field.eth_type == 0 || flow_key_is(&key, field.eth_type);
}

std::string format_field(const Field& field, const FlowKey& key) {
  const uint8_t* at = reinterpret_cast<const uint8_t*>(&key) + field.offset;
  switch (field.kind) {
    case FieldKind::kMac:
      return format_mac(at);
    case FieldKind::kIpv4:
      return format_ip(at, false);
    case FieldKind::kIpv6:
      return format_ip(at, true);
    case FieldKind::kHex:
      return format_hex(read_number(field, at));
    case FieldKind::kPort:
    case FieldKind::kDecimal:
      return std::to_string(read_number(field, at));
  }
  return "";
}

bool parse_field(const Field& field, std::string_view value, FlowKey& key) {
  uint8_t* at = reinterpret_cast<uint8_t*>(&key) + field.offset;
  switch (field.kind) {
    case FieldKind::kMac:
      return parse_mac(value, at);
    case FieldKind::kIpv4:
      return parse_ip(value, false, at);
    case FieldKind::kIpv6:
      return parse_ip(value, true, at);
    case FieldKind::kHex:
    case FieldKind::kPort:
    case FieldKind::kDecimal:
      return parse_number(field, value, at);
  }
  return false;
}

}  // namespace flowbed::sw
