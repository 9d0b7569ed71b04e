#include "switchd/flow/match_syntax.hh"

#include <algorithm>
#include <sstream>

#include "core/base/suggest.hh"
#include "switchd/flow/field_text.hh"
#include "switchd/flow/protocol_words.hh"

namespace flowbed::sw {
namespace {

constexpr uint64_t kTagged = 0x1000;  // in values of vlan_vid and vlan_tci
constexpr uint64_t kNoVlan = 0xffff;  // as dl_vlan

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

bool is_arp(const PipelineKey& key) { return has_field(field_named("arp_op"), key); }
bool is_ipv6(const PipelineKey& key) { return flow_key_is(&key.f.packet, FLOW_ETH_TYPE_IPV6); }

bool is_address(std::string_view name) {
  return is_one_of(name, {"nw_src", "ip_src", "nw_dst", "ip_dst", "ipv6_src", "ipv6_dst"}) ||
         name.starts_with("arp_");
}

// In which order parts are read, so that what others depend on comes before them. Addresses may tell the
// EtherType.
int rank_of(const Token& token) {
  if (token.separator == '\0' || is_one_of(token.name, {"dl_type", "eth_type"})) return 0;
  if (is_address(token.name)) return 1;
  if (is_one_of(token.name, {"nw_proto", "ip_proto"})) return 2;
  if (is_one_of(token.name, {"icmp_type", "icmpv6_type", "tp_src"})) return 3;
  return 4;
}

std::string transport_name(uint8_t protocol, std::string_view name) {
  const bool source = name == "tp_src";
  switch (protocol) {
    case 6:
      return source ? "tcp_src" : "tcp_dst";
    case 17:
      return source ? "udp_src" : "udp_dst";
    case 132:
      return source ? "sctp_src" : "sctp_dst";
    case 1:
      return source ? "icmp_type" : "icmp_code";
    case FLOW_IP_PROTO_ICMPV6:
      return source ? "icmpv6_type" : "icmpv6_code";
    default:
      return "";
  }
}

std::string network_address_name(const PipelineKey& key, bool source, std::string_view value) {
  if (is_arp(key)) return source ? "arp_spa" : "arp_tpa";
  if (is_ipv6(key) || value.find(':') != std::string_view::npos) return source ? "ipv6_src" : "ipv6_dst";
  return source ? "nw_src" : "nw_dst";
}

std::string name_in(const PipelineKey& key, std::string_view name, std::string_view value) {
  if (is_one_of(name, {"nw_src", "ip_src"})) return network_address_name(key, true, value);
  if (is_one_of(name, {"nw_dst", "ip_dst"})) return network_address_name(key, false, value);
  if (is_one_of(name, {"nw_proto", "ip_proto"}) && is_arp(key)) return "arp_op";
  if (name == "icmp_type" && is_ipv6(key)) return "icmpv6_type";
  if (name == "icmp_code" && is_ipv6(key)) return "icmpv6_code";
  const bool has_transport = has_field(field_named("nw_proto"), key);
  if (is_of_any_transport(name))
    return has_transport ? transport_name(key.f.packet.f.ip_proto, name) : std::string();
  return std::string(name);
}

class MatchReader {
 public:
  explicit MatchReader(const MatchSyntax& syntax) : syntax_(syntax) {}

  void read(const Token& token) {
    if (token.separator == '\0') return read_word(token);
    if (token.separator != '=') fail_at(token, "is no part of a match; write name=value");
    if (is_one_of(token.name, {"dl_vlan", "vlan", "vlan_vid"})) return read_vlan(token);
    if (is_one_of(token.name, {"dl_vlan_pcp", "vlan_pcp"})) return read_vlan_priority(token);
    if (is_one_of(token.name, {"in_port", "in_phy_port"})) return read_port(token);
    if (token.name == "ip_tos") return read_tos(token);
    read_field_of(token);
  }

  MatchText result() const { return match_; }

 private:
  void read_word(const Token& token) {
    const ProtocolWord* word = find_protocol_word(token.name);
    if (!word)
      fail_unknown(token, find_field(token.name) ? "lacks its value; write " + std::string(token.name) + "=…"
                                                 : "is neither name=value nor a known word");
    set(token, field_named("dl_type"), word->eth_type);
    if (word->ip_proto) set(token, field_named("nw_proto"), word->ip_proto);
  }

  void read_vlan(const Token& token) {
    const Field& vid = field_named("vlan_vid");
    if (token.value == "none" || (token.name == "dl_vlan" && token.value == "0xffff"))
      return set(token, vid, 0);
    if (token.name == "vlan_vid" && token.value.find('/') != std::string_view::npos)
      return read_field_of(token);
    // OpenFlow's vlan_vid has the bit that says that there is a tag, and is 0 without one.
    const bool may_have_bit = token.name == "vlan_vid";
    const uint64_t number = number_in(token, may_have_bit ? 0x1fff : kNoVlan);
    if (number == (may_have_bit ? 0 : kNoVlan)) return set(token, vid, 0);
    if (!may_have_bit && number > 4095) fail_at(token, "takes a number from 0 to 4095, or none");
    set(token, vid, kTagged | number);
  }

  void read_vlan_priority(const Token& token) {
    const uint64_t priority = number_in(token, 7);
    set(token, field_named("vlan_vid"), kTagged, kTagged);
    set(token, field_named("vlan_pcp"), priority);
  }

  void read_port(const Token& token) {
    const auto port = syntax_.find_port ? syntax_.find_port(token.value) : std::nullopt;
    if (!port) fail_at(token, "names no port of this switch");
    set(token, field_named(token.name), to_number(*port));
  }

  // The whole byte.
  void read_tos(const Token& token) {
    const uint64_t tos = number_in(token, 255);
    require(token, field_named("nw_tos"));
    set(token, field_named("nw_tos"), tos >> 2);
    set(token, field_named("nw_ecn"), tos & 3);
  }

  void read_field_of(const Token& token) {
    const Field* field = find_field_in(match_.key, token.name, token.value);
    if (!field && is_of_any_transport(token.name)) fail_without_protocol(token);
    if (!field) fail_unknown(token, "there is no field " + std::string(token.name));
    require(token, *field);
    const auto value = parse_value(*field, token.value);
    if (!value) fail_at(token, "takes " + values_of(*field));
    if (!field->maskable && token.value.find('/') != std::string_view::npos)
      fail_at(token, "takes no mask: the field is compared as a whole");
    set(token, *field, value->value, value->mask);
  }

  void require(const Token& token, const Field& field) {
    if (!field.prerequisite) return;
    if (syntax_.implies_prerequisites) imply(token, *field.prerequisite);
    if (has_field(field, match_.key)) return;
    const uint16_t type = flow_key_u16(match_.key.f.packet.f.eth_type);
    const std::string words = words_for(*field.prerequisite, type);
    if (contradicts(*field.prerequisite))
      fail_at(token, "contradicts what the packet is: only " + words + " has it");
    fail_at(token, "needs " + words + "; write " + words + "," + std::string(token.text));
  }

  void imply(const Token& token, const Prerequisite& needed) {
    const auto imply_first = [&](const char* name, const auto& allowed) {
      if (!allowed.empty() && !is_said(field_named(name))) set(token, field_named(name), allowed.front());
    };
    imply_first("dl_type", needed.eth_types);
    imply_first("nw_proto", needed.ip_protocols);
    imply_first("icmpv6_type", needed.icmp_types);
  }

  bool contradicts(const Prerequisite& needed) const {
    const auto excludes = [&](const char* name, const auto& allowed) {
      const Field& field = field_named(name);
      return !allowed.empty() && is_said(field) &&
             std::ranges::find(allowed, read_field(field, match_.key)) == allowed.end();
    };
    return excludes("dl_type", needed.eth_types) || excludes("nw_proto", needed.ip_protocols) ||
           excludes("icmpv6_type", needed.icmp_types);
  }

  bool is_said(const Field& field) const { return read_field(field, match_.mask) != 0; }

  void set(const Token& token, const Field& field, FieldValue value) {
    set(token, field, value, field.all_ones());
  }

  void set(const Token& token, const Field& field, FieldValue value, FieldValue mask) {
    const FieldValue both = read_field(field, match_.mask) & mask;
    if ((read_field(field, match_.key) ^ value) & both) fail_at(token, "contradicts what was said before");
    write_field(field, mask, mask, match_.mask);
    write_field(field, value & mask, mask, match_.key);
  }

  [[noreturn]] void fail_without_protocol(const Token& token) const {
    const std::string word = is_ipv6(match_.key) ? "tcp6" : "tcp";
    fail_at(token, "needs a protocol; write " + word + "," + std::string(token.text));
  }

  [[noreturn]] void fail_unknown(const Token& token, const std::string& why) const {
    std::vector<std::string> known = match_vocabulary();
    known.insert(known.end(), syntax_.other_words.begin(), syntax_.other_words.end());
    const bool is_known = std::ranges::find(known, token.name) != known.end();
    fail_at(token, why + (is_known ? "" : suggestion(token.name, known)));
  }

  const MatchSyntax& syntax_;
  MatchText match_;
};

}  // namespace

MatchText read_match_tokens(std::vector<Token> tokens, const MatchSyntax& syntax) {
  std::ranges::stable_sort(tokens, std::less(), rank_of);
  MatchReader reader(syntax);
  for (const Token& token : tokens) reader.read(token);
  return reader.result();
}

const Field* find_field_in(const PipelineKey& key, std::string_view name, std::string_view value) {
  return find_field(name_in(key, name, value));
}

std::vector<std::string> match_vocabulary() {
  std::vector<std::string> all{"dl_vlan", "tp_src", "tp_dst"};
  for (const ProtocolWord& word : protocol_words()) all.emplace_back(word.word);
  for (const Field& field : fields()) {
    all.emplace_back(field.name);
    std::istringstream aliases{std::string(field.aliases)};
    for (std::string alias; aliases >> alias;) all.push_back(alias);
  }
  return all;
}

}  // namespace flowbed::sw
