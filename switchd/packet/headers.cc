#include "switchd/packet/headers.hh"

#include "switchd/packet/header_finder.hh"

namespace flowbed::sw {

Headers find_headers(std::span<const uint8_t> packet) { return HeaderFinder(packet).find(); }

bool is_nd(std::span<const uint8_t> message) {
  return message.size() >= kNdSize &&
         (message[0] == FLOW_ND_SOLICITATION || message[0] == FLOW_ND_ADVERTISEMENT);
}

size_t find_nd_address(std::span<const uint8_t> message, uint8_t option) {
  for (size_t at = kNdSize; at + 8 <= message.size();) {
    if (message[at] == option) return at + 2;
    const size_t size = message[at + 1] * size_t{8};
    if (size == 0) return 0;
    at += size;
  }
  return 0;
}

}  // namespace flowbed::sw
