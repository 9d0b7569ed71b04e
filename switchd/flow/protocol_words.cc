#include "switchd/flow/protocol_words.hh"

#include <algorithm>

namespace flowbed::sw {
namespace {

constexpr ProtocolWord kWords[] = {
    {"ip", FLOW_ETH_TYPE_IPV4},        {"ipv6", FLOW_ETH_TYPE_IPV6},
    {"icmp", FLOW_ETH_TYPE_IPV4, 1},   {"icmp6", FLOW_ETH_TYPE_IPV6, FLOW_IP_PROTO_ICMPV6},
    {"tcp", FLOW_ETH_TYPE_IPV4, 6},    {"tcp6", FLOW_ETH_TYPE_IPV6, 6},
    {"udp", FLOW_ETH_TYPE_IPV4, 17},   {"udp6", FLOW_ETH_TYPE_IPV6, 17},
    {"sctp", FLOW_ETH_TYPE_IPV4, 132}, {"sctp6", FLOW_ETH_TYPE_IPV6, 132},
    {"arp", FLOW_ETH_TYPE_ARP},        {"rarp", 0x8035},
    {"mpls", FLOW_ETH_TYPE_MPLS},      {"mplsm", FLOW_ETH_TYPE_MPLS_MULTICAST},
};

template <class Wanted>
const ProtocolWord* find_word(Wanted wanted) {
  const auto found = std::ranges::find_if(kWords, wanted);
  return found == std::ranges::end(kWords) ? nullptr : found;
}

}  // namespace

std::span<const ProtocolWord> protocol_words() { return kWords; }

const ProtocolWord* find_protocol_word(std::string_view word) {
  return find_word([&](const ProtocolWord& each) { return each.word == word; });
}

const ProtocolWord* find_protocol_word(uint16_t eth_type, uint8_t ip_proto) {
  return find_word(
      [&](const ProtocolWord& each) { return each.eth_type == eth_type && each.ip_proto == ip_proto; });
}

std::string words_for(const Prerequisite& prerequisite, uint16_t eth_type) {
  if (prerequisite.eth_types.empty()) return "dl_vlan";
  const bool known = std::ranges::find(prerequisite.eth_types, eth_type) != prerequisite.eth_types.end();
  const uint16_t type = known ? eth_type : prerequisite.eth_types.front();
  const uint8_t protocol = prerequisite.ip_protocols.empty() ? 0 : prerequisite.ip_protocols.front();
  const ProtocolWord* word = find_protocol_word(type, protocol);
  std::string text = word ? std::string(word->word) : "dl_type=0x88e7";
  if (!prerequisite.icmp_types.empty())
    text += ",icmp_type=" + std::to_string(prerequisite.icmp_types.front());
  return text;
}

}  // namespace flowbed::sw
