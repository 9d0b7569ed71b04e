// A hash of text that is the same on every machine, in every run and in every version: MAC addresses, dpids
// and short interface names derive from it. FNV-1a, its bits then mixed by the finaliser of SplitMix64.
#pragma once

#include <cstdint>
#include <string_view>

namespace flowbed {

constexpr uint64_t mix_bits(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

constexpr uint64_t stable_hash(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return mix_bits(hash);
}

}  // namespace flowbed
