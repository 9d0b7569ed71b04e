// Ports in flow syntax: numbers, reserved words (LOCAL, IN_PORT, CONTROLLER …), and a switch's own names.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "switchd/flow/numbers.hh"

namespace flowbed::sw {

// How a switch's ports are called. Either may be left out: there are only numbers then.
struct PortNames {
  std::function<std::optional<OfPort>(std::string_view name)> find = {};
  std::function<std::string(OfPort)> name = {};  // "": it has none
};

// 3, LOCAL, local, s1-eth3, "s1-eth3"; 65534 and others that OpenFlow 1.0 reserves are today's. Nothing: it
// is no port. What stands in quotes is only a name.
std::optional<OfPort> parse_port(std::string_view text, const PortNames& names);
// Whatever parse_port reads again; names that could be taken for something else stand in quotes.
std::string format_port(OfPort port, const PortNames& names);

std::optional<OfPort> find_reserved_port(std::string_view word);  // in any case

}  // namespace flowbed::sw
