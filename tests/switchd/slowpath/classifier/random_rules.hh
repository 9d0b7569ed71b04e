// Random rules and keys that often have to do with each other: few values a field, few masks.
#pragma once

#include <cstdint>
#include <random>

#include <arpa/inet.h>

#include "switchd/slowpath/classifier/rule.hh"

namespace flowbed::sw {

class RandomRules {
 public:
  explicit RandomRules(unsigned seed) : random_(seed) {}

  size_t below(size_t bound) { return random_() % bound; }

  PipelineKey key() {
    constexpr uint16_t kTypes[] = {FLOW_ETH_TYPE_IPV4, FLOW_ETH_TYPE_IPV6, FLOW_ETH_TYPE_ARP, 0x88cc};
    PipelineKey key{};
    key.f.packet.f.in_port = static_cast<uint16_t>(1 + below(3));
    key.f.packet.f.eth_type = htons(kTypes[std::min(below(6), size_t{3})]);
    key.f.packet.f.eth_dst[5] = static_cast<uint8_t>(below(3));
    key.f.packet.f.eth_src[0] = static_cast<uint8_t>(below(3) << 4);
    if (below(3) == 0) key.f.packet.f.vlan_tci = htons(static_cast<uint16_t>(0x1000 + below(3)));
    if (flow_key_is(&key.f.packet, FLOW_ETH_TYPE_IPV4)) {
      key.f.packet.f.ipv4 = {address(), address()};
      fill_l4(key);
    } else if (flow_key_is(&key.f.packet, FLOW_ETH_TYPE_IPV6)) {
      for (auto* ipv6 : {key.f.packet.f.ipv6.src, key.f.packet.f.ipv6.dst}) {
        const uint32_t tail = address();
        ipv6[0] = 0xfd;
        memcpy(ipv6 + 12 * below(2), &tail, 4);
      }
      fill_l4(key);
    }
    return key;
  }

  ClassifierRule rule() {
    ClassifierRule rule{};
    const PipelineKey like = key();
    PipelineMask& mask = rule.match.mask;
    if (below(4) == 0) mask.f.packet.f.in_port = 0xffff;
    if (below(4) == 0) memset(mask.f.packet.f.eth_dst, 0xff, 6);
    if (below(4) == 0) mask.f.packet.f.eth_src[0] = below(2) ? 0xf0 : 0xff;
    if (below(6) == 0) mask.f.packet.f.vlan_tci = htons(0x1fff);
    if (below(8) != 0) mask.f.packet.f.eth_type = 0xffff;
    const bool is_ip = like.f.packet.f.ip_proto != 0;
    if (is_ip && mask.f.packet.f.eth_type) mask_ip(like, mask);
    rule.match.key = masked(like, mask);
    rule.priority = static_cast<int>(below(200));
    return rule;
  }

 private:
  uint32_t address() {
    constexpr uint32_t kNetworks[] = {0x0a000000, 0x0a010000, 0x0a010200, 0xc0a80000, 0x80000000};
    return htonl(kNetworks[below(5)] + static_cast<uint32_t>(below(4)));
  }

  void fill_l4(PipelineKey& key) {
    key.f.packet.f.ip_proto = below(2) ? 6 : 17;
    key.f.packet.f.ip_ttl = 64;
    key.f.packet.f.tp_src = htons(static_cast<uint16_t>(below(4) * 1000));
    key.f.packet.f.tp_dst = htons(static_cast<uint16_t>(below(2) ? 80 + below(3) : 1 << below(16)));
    key.f.packet.f.tcp_flags = key.f.packet.f.ip_proto == 6 ? htons(static_cast<uint16_t>(below(3))) : 0;
  }

  uint32_t prefix_mask() {
    const size_t length = below(2) ? 8 * below(5) : below(33);
    return length == 0 ? 0 : htonl(~uint32_t{0} << (32 - length));
  }

  void mask_ip(const PipelineKey& like, PipelineMask& mask) {
    if (flow_key_is(&like.f.packet, FLOW_ETH_TYPE_IPV4)) {
      if (below(2)) mask.f.packet.f.ipv4.dst = below(5) ? prefix_mask() : htonl(0x00ff00ff);
      if (below(3) == 0) mask.f.packet.f.ipv4.src = prefix_mask();
    } else {
      if (below(2)) memset(mask.f.packet.f.ipv6.dst, 0xff, 4 * below(5));
      if (below(3) == 0) memset(mask.f.packet.f.ipv6.src, 0xff, below(17));
    }
    if (below(2) == 0) return;
    mask.f.packet.f.ip_proto = 0xff;
    if (below(2)) mask.f.packet.f.tp_dst = htons(below(3) ? 0xffff : static_cast<uint16_t>(0xffff << below(16)));
    if (below(4) == 0) mask.f.packet.f.tp_src = 0xffff;
    if (below(6) == 0) mask.f.packet.f.tcp_flags = htons(0x0002);
  }

  std::mt19937 random_;
};

}  // namespace flowbed::sw
