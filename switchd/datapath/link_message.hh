// // What rtnetlink says about interfaces and their qdiscs, read from raw messages. Pure, so that a test can
// feed it bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "core/base/address.hh"
#include "switchd/flow/numbers.hh"

namespace flowbed::sw {

struct LinkNews {
  IfIndex index{};

  bool gone = false;
  bool up = false;     // there, administratively up, and with carrier
  bool sends = false;  // and the kernel has drawn its conclusions: what is sent leaves
  uint32_t mtu = 0;
  MacAddress address;
  std::string qdisc;  // the root one's kind
};

// Somebody has put a qdisc on an interface, or taken it off.
struct QdiscNews {
  IfIndex index{};
  bool ingress = false;  // for what comes in; else the root, for what leaves
  std::string kind;      // after a removal: that of the default, "noqueue"
};

struct LinkVisitor {
  std::function<void(const LinkNews&)> link;
  std::function<void(const QdiscNews&)> qdisc;
};

// Visits what the messages tell of. Returns true if the dump that was asked for ends here.
// Malformed messages end the reading; the kernel sends none.
bool read_link_messages(std::span<const uint8_t> bytes, const LinkVisitor& visitor);

}  // namespace flowbed::sw
