// Port numbers of 16 bits, in OpenFlow 1.0 and in Nicira's actions of every version: the reserved ones are
// the low halves of those with 32 bits.
#pragma once

#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw {

inline constexpr uint16_t kFirstReserved16 = 0xfff8;  // OFPP_IN_PORT

inline OfPort widen_port(uint16_t port) {
  return OfPort{port < kFirstReserved16 ? port : 0xffff0000u | port};
}

// What has no number of 16 bits becomes NONE.
inline uint16_t narrow_port(OfPort port) {
  const uint32_t number = to_number(port);
  if (number < kFirstReserved16 || number >= to_number(kOfPortInPort)) return static_cast<uint16_t>(number);
  return 0xffff;
}

inline bool has_narrow_port(OfPort port) { return widen_port(narrow_port(port)) == port; }

}  // namespace flowbed::sw
