// Flow keys and flows for tests.
#pragma once

#include <random>

#include "switchd/datapath/userspace/flow.hh"

namespace flowbed::sw {

inline FlowKey ipv4_key(uint32_t in_port, uint32_t src, uint32_t dst, uint16_t port) {
  FlowKey key = {};
  key.f.in_port = in_port;
  key.f.eth_type = __builtin_bswap16(FLOW_ETH_TYPE_IPV4);
  key.f.ipv4 = {src, dst};
  key.f.tp_dst = port;
  return key;
}

inline FlowMask exact_mask() {
  FlowMask mask;
  memset(&mask, 0xff, sizeof mask);
  return mask;
}

// Keys with few different values, so that they meet.
inline FlowKey random_key(std::mt19937& random) {
  FlowKey key = ipv4_key(1 + random() % 3, random() % 4, random() % 4, static_cast<uint16_t>(random() % 4));
  key.f.eth_dst[5] = static_cast<uint8_t>(random() % 4);
  key.f.ip_proto = static_cast<uint8_t>(random() % 2);
  return key;
}

// Any of 32 masks: each of five fields looked at or not.
inline FlowMask random_mask(std::mt19937& random) {
  FlowMask mask = {};
  const unsigned choice = random();
  mask.f.eth_type = 0xffff;
  if (choice & 1) mask.f.in_port = 0xffff;
  if (choice & 2) mask.f.ipv4.src = 0xffffffff;
  if (choice & 4) mask.f.ipv4.dst = 0x00000001;
  if (choice & 8) mask.f.tp_dst = 0xffff;
  if (choice & 16) mask.f.eth_dst[5] = 0xff;
  return mask;
}

}  // namespace flowbed::sw
