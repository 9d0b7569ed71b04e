#include "switchd/flow/field_names.hh"

#include <algorithm>
#include <cctype>
#include <map>

namespace flowbed::sw {
namespace {

struct Names {
  std::string_view field, nxm, oxm;  // "": in capitals as it is
  std::string_view set, packet;      // "": as it is
};

// Only where the name differs from the table's.
constexpr Names kNames[] = {
    {"dl_src", "ETH_SRC", "ETH_SRC", "eth_src", "eth_src"},
    {"dl_dst", "ETH_DST", "ETH_DST", "eth_dst", "eth_dst"},
    {"dl_type", "ETH_TYPE", "ETH_TYPE", "eth_type", "eth_type"},
    {"nw_src", "IP_SRC", "IPV4_SRC", "ip_src", "ip_src"},
    {"nw_dst", "IP_DST", "IPV4_DST", "ip_dst", "ip_dst"},
    {"ipv6_src", "", "", "", "ip_src"},
    {"ipv6_dst", "", "", "", "ip_dst"},
    {"ipv6_label", "", "IPV6_FLABEL", "", ""},
    {"nw_proto", "IP_PROTO", "IP_PROTO", "", "ip_proto"},
    {"nw_tos", "IP_TOS", "", "", "ip_tos"},
    {"nw_ecn", "IP_ECN", "IP_ECN", "", "ip_ecn"},
    {"nw_ttl", "IP_TTL", "", "", "ip_ttl"},
    {"tcp_src", "", "", "", "tp_src"},
    {"tcp_dst", "", "", "", "tp_dst"},
    {"udp_src", "", "", "", "tp_src"},
    {"udp_dst", "", "", "", "tp_dst"},
    {"sctp_src", "", "", "", "tp_src"},
    {"sctp_dst", "", "", "", "tp_dst"},
    {"icmp_type", "", "ICMPV4_TYPE", "", ""},
    {"icmp_code", "", "ICMPV4_CODE", "", ""},
    {"icmpv6_type", "", "", "", "icmp_type"},
    {"icmpv6_code", "", "", "", "icmp_code"},
    {"nd_target", "", "IPV6_ND_TARGET", "", ""},
    {"nd_sll", "", "IPV6_ND_SLL", "", ""},
    {"nd_tll", "", "IPV6_ND_TLL", "", ""},
    {"tun_id", "", "TUNNEL_ID", "", ""},
};

const Names& names_of(const Field& field) {
  static constexpr Names kRegular{"", "", "", "", ""};
  const auto found = std::ranges::find(kNames, field.name, &Names::field);
  return found == std::ranges::end(kNames) ? kRegular : *found;
}

std::string_view or_own(std::string_view name, const Field& field) {
  return name.empty() ? field.name : name;
}

std::string capitals(std::string_view text) {
  std::string all(text);
  for (char& c : all) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return all;
}

std::map<std::string, const Field*, std::less<>> make_index() {
  std::map<std::string, const Field*, std::less<>> index;
  for (const Field& field : fields()) {
    index.emplace(nxm_name(field), &field);
    index.emplace(oxm_name(field), &field);
  }
  index.emplace("ONFOXM_ET_TCP_FLAGS", find_field("tcp_flags"));
  index.emplace("NXM_OF_IN_PORT", find_field("in_port"));
  index.erase("");
  return index;
}

}  // namespace

std::string nxm_name(const Field& field) {
  if (!field.nxm) return "";
  return (field.nxm->of_class == 0 ? "NXM_OF_" : "NXM_NX_") + capitals(or_own(names_of(field).nxm, field));
}

std::string oxm_name(const Field& field) {
  return field.oxm ? "OXM_OF_" + capitals(or_own(names_of(field).oxm, field)) : "";
}

const Field* find_field_by_oxm_name(std::string_view name) {
  static const auto index = make_index();
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

std::string_view set_name(const Field& field) { return or_own(names_of(field).set, field); }

std::string_view packet_name(const Field& field) { return or_own(names_of(field).packet, field); }

}  // namespace flowbed::sw
