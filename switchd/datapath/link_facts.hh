// What the slow path wants to know of an interface.
#pragma once

#include <cstdint>
#include <functional>

#include "core/base/address.hh"
#include "switchd/flow/numbers.hh"

namespace flowbed::sw {

struct LinkFacts {
  bool up = false;  // there, administratively up, and with carrier
  uint32_t mtu = 1500;
  bool shaped = false;  // somebody has put a qdisc on it, which packets must pass
  // For a moment after the carrier has come the kernel still drops what is sent, and says nothing.
  bool sends = true;
  MacAddress address = {};  // zero: it has none of six bytes

  bool operator==(const LinkFacts&) const = default;
};

using LinkFinder = std::function<LinkFacts(IfIndex)>;

}  // namespace flowbed::sw
