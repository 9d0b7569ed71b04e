// The flow key and its mask in C++: comparing, hashing, masking, extracting. See flow_key.h for what they
// are.
#pragma once

#include <cstring>

#include "switchd/flow/flow_key.h"
#include "switchd/flow/numbers.hh"
#include "switchd/packet/packet.hh"

namespace flowbed::sw {

using FlowKey = ::flow_key;
using FlowMask = ::flow_key;

// Reads the headers of `packet`. Never fails: what is missing, cut off or malformed leaves its fields zero.
FlowKey extract_flow_key(const Packet& packet, PortNo in_port, uint16_t recirculation = 0);

// Multiply-and-fold mixing (128-bit product): a few cycles a word, and every input bit reaches every output
// bit.
inline uint64_t mix(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a ^ 0x9e3779b97f4a7c15u) * (b ^ 0xd6e8feb86659fd93u);
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t hash_of(const FlowKey& key) {
  const uint64_t* w = key.words;
  uint64_t hash = mix(w[0], w[1]) + mix(w[2], w[3] + 1);
  unsigned i = FLOW_KEY_L3_WORD;
  const unsigned n = flow_key_words(&key);
  for (; i + 1 < n; i += 2) hash = mix(hash ^ w[i], w[i + 1]);
  return i < n ? mix(hash, w[i]) : hash;
}

// Exact equality, over the words in use.
inline bool same_key(const FlowKey& a, const FlowKey& b) {
  uint64_t difference = (a.words[0] ^ b.words[0]) | (a.words[1] ^ b.words[1]) | (a.words[2] ^ b.words[2]) |
                        (a.words[3] ^ b.words[3]);
  if (difference) return false;
  for (unsigned i = FLOW_KEY_L3_WORD, n = flow_key_words(&a); i < n; i++)
    difference |= a.words[i] ^ b.words[i];
  return difference == 0;
}

inline FlowKey masked(const FlowKey& key, const FlowMask& mask) {
  FlowKey result;
  for (unsigned i = 0; i < FLOW_KEY_WORDS; i++) result.words[i] = key.words[i] & mask.words[i];
  return result;
}

inline bool matches(const FlowKey& key, const FlowKey& masked_key, const FlowMask& mask) {
  uint64_t difference = 0;
  for (unsigned i = 0; i < FLOW_KEY_WORDS; i++)
    difference |= (key.words[i] & mask.words[i]) ^ masked_key.words[i];
  return difference == 0;
}

inline bool same_words(const FlowKey& a, const FlowKey& b) { return memcmp(&a, &b, sizeof a) == 0; }

inline PortNo in_port_of(const FlowKey& key) { return PortNo{key.f.in_port}; }
VlanTag vlan_of(const FlowKey& key);

}  // namespace flowbed::sw
