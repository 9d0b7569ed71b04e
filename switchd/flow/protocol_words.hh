// The words that say what a packet is: "ip", "tcp", "arp". One table for reading and writing flows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "switchd/flow/fields.hh"

namespace flowbed::sw {

struct ProtocolWord {
  std::string_view word;
  uint16_t eth_type;
  uint8_t ip_proto = 0;  // 0: any
};

std::span<const ProtocolWord> protocol_words();
const ProtocolWord* find_protocol_word(std::string_view word);  // null: there is none
// The one for these numbers; null: there is none.
const ProtocolWord* find_protocol_word(uint16_t eth_type, uint8_t ip_proto);

// What to write before a field that has this prerequisite: "tcp", "icmp6,icmp_type=135". Where several would
// do, one for packets of `eth_type` (0: unknown).
std::string words_for(const Prerequisite& prerequisite, uint16_t eth_type);

}  // namespace flowbed::sw
