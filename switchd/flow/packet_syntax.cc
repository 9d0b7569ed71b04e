#include "switchd/flow/packet_syntax.hh"

#include <algorithm>
#include <charconv>

#include "core/base/error.hh"
#include "switchd/flow/fields.hh"

namespace flowbed::sw {
namespace {

struct Word {
  std::string_view word;
  uint16_t eth_type;
  uint8_t ip_proto;
};

constexpr Word kWords[] = {
    {"ip", FLOW_ETH_TYPE_IPV4, 0},     {"ipv6", FLOW_ETH_TYPE_IPV6, 0},    {"arp", FLOW_ETH_TYPE_ARP, 0},
    {"icmp", FLOW_ETH_TYPE_IPV4, 1},   {"icmp6", FLOW_ETH_TYPE_IPV6, 58},  {"tcp", FLOW_ETH_TYPE_IPV4, 6},
    {"tcp6", FLOW_ETH_TYPE_IPV6, 6},   {"udp", FLOW_ETH_TYPE_IPV4, 17},    {"udp6", FLOW_ETH_TYPE_IPV6, 17},
    {"sctp", FLOW_ETH_TYPE_IPV4, 132}, {"sctp6", FLOW_ETH_TYPE_IPV6, 132},
};

[[noreturn]] void fail(std::string_view part, const std::string& why) {
  throw Error("packet: \"" + std::string(part) + "\" " + why);
}

std::string_view take_part(std::string_view& text) {
  const size_t end = std::min(text.find(','), text.size());
  std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  while (part.starts_with(' ')) part.remove_prefix(1);
  while (part.ends_with(' ')) part.remove_suffix(1);
  return part;
}

// Sets the EtherType, or checks it against what was said or implied before.
void require_eth_type(std::string_view part, uint16_t type, FlowKey& key) {
  const uint16_t before = key.f.eth_type;
  uint8_t bytes[2] = {static_cast<uint8_t>(type >> 8), static_cast<uint8_t>(type)};
  memcpy(&key.f.eth_type, bytes, 2);
  if (before != 0 && before != key.f.eth_type)
    fail(part, "contradicts the EtherType that the packet already has");
}

void apply_word(std::string_view part, FlowKey& key) {
  for (const Word& word : kWords) {
    if (word.word != part) continue;
    require_eth_type(part, word.eth_type, key);
    if (word.ip_proto) key.f.ip_proto = word.ip_proto;
    return;
  }
  fail(part,
       "is neither name=value nor one of ip, ipv6, arp, icmp, icmp6, tcp, tcp6, udp, udp6, sctp, sctp6");
}

unsigned parse_small(std::string_view part, std::string_view value, unsigned max) {
  unsigned number = 0;
  const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (fault != std::errc() || end != value.data() + value.size() || number > max) {
    fail(part, "takes a number from 0 to " + std::to_string(max));
  }
  return number;
}

void write_vlan(VlanTag tag, FlowKey& key) {
  const uint8_t bytes[4] = {static_cast<uint8_t>(tag.tpid >> 8), static_cast<uint8_t>(tag.tpid),
                            static_cast<uint8_t>(tag.tci >> 8), static_cast<uint8_t>(tag.tci)};
  memcpy(&key.f.vlan_tpid, bytes, 2);
  memcpy(&key.f.vlan_tci, bytes + 2, 2);
}

bool apply_vlan(std::string_view part, std::string_view name, std::string_view value, FlowKey& key) {
  VlanTag tag = vlan_of(key);
  if (name == "vlan" || name == "vlan_vid" || name == "dl_vlan") {
    if (value == "none") return true;
    tag.tci = static_cast<uint16_t>((tag.tci & 0xf000) | parse_small(part, value, 4095));
  } else if (name == "vlan_pcp" || name == "dl_vlan_pcp") {
    tag.tci = static_cast<uint16_t>((tag.tci & 0x1fff) | parse_small(part, value, 7) << 13);
  } else {
    return false;
  }
  tag.tpid = kEtherTypeVlan;
  write_vlan(tag, key);
  return true;
}

void apply_in_port(std::string_view part, std::string_view value, const PortFinder& find_port, FlowKey& key) {
  const auto port = find_port(value);
  if (!port) fail(part, "names no port of this switch");
  key.f.in_port = to_number(*port);
}

// As ovs-ofctl has it, nw_src and nw_dst of an ARP packet are the addresses that it carries.
std::string_view name_in_arp(std::string_view name, const FlowKey& key) {
  if (!flow_key_is(&key, FLOW_ETH_TYPE_ARP)) return name;
  if (name == "nw_src" || name == "ip_src") return "arp_spa";
  if (name == "nw_dst" || name == "ip_dst") return "arp_tpa";
  return name;
}

void apply_field(std::string_view part, std::string_view name, std::string_view value, FlowKey& key) {
  const Field* field = find_field(name_in_arp(name, key), value);
  if (!field) fail(part, "names no field; write e.g. in_port=1,eth_dst=00:00:00:00:00:02,tcp,tp_dst=80");
  if (field->name == "eth_type") {
    FlowKey scratch = {};
    if (!parse_field(*field, value, scratch)) fail(part, "has no EtherType; write e.g. eth_type=0x0800");
    return require_eth_type(part, static_cast<uint16_t>(scratch.f.eth_type << 8 | scratch.f.eth_type >> 8),
                            key);
  }
  if (field->eth_type) require_eth_type(part, field->eth_type, key);
  if (!parse_field(*field, value, key)) fail(part, "has a value that does not fit the field");
}

}  // namespace

FlowKey parse_packet(std::string_view text, const PortFinder& find_port) {
  FlowKey key = {};
  bool has_port = false;
  while (!text.empty()) {
    const std::string_view part = take_part(text);
    const size_t equals = part.find('=');
    if (part.empty()) continue;
    if (equals == std::string_view::npos) {
      apply_word(part, key);
      continue;
    }
    const std::string_view name = part.substr(0, equals), value = part.substr(equals + 1);
    if (name == "in_port") {
      apply_in_port(part, value, find_port, key);
      has_port = true;
    } else if (!apply_vlan(part, name, value, key)) {
      apply_field(part, name, value, key);
    }
  }
  if (!has_port) throw Error("packet: in_port is missing; write e.g. in_port=1,eth_dst=00:00:00:00:00:02");
  return key;
}

std::vector<std::string> packet_vocabulary() {
  std::vector<std::string> all{"vlan="};
  for (const Word& word : kWords) all.emplace_back(word.word);
  for (const Field& field : fields()) {
    const std::string entry = std::string(field.name) + "=";
    if (std::find(all.begin(), all.end(), entry) == all.end()) all.push_back(entry);
  }
  return all;
}

}  // namespace flowbed::sw
