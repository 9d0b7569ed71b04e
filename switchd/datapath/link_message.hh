// What rtnetlink says about interfaces, read from raw messages. Pure, so that a test can feed it bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "switchd/flow/numbers.hh"

namespace flowbed::sw {

struct LinkNews {
  IfIndex index{};
  std::string name;
  bool gone = false;
  bool up = false;  // there, administratively up, and with carrier
  uint32_t mtu = 0;
};

// Calls `visit` for each RTM_NEWLINK and RTM_DELLINK. Returns true if the dump that was asked for ends here.
// Malformed messages end the reading; the kernel sends none.
bool read_link_messages(std::span<const uint8_t> bytes, const std::function<void(const LinkNews&)>& visit);

}  // namespace flowbed::sw
