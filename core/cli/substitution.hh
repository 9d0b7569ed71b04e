// Names of nodes in a host's command become their addresses: "ping -c 1 h2" → "ping -c 1 10.0.0.2".
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace flowbed {

// A name is replaced where it is a whole word: between blanks, or the signs with which sh joins commands, and
// not in quotes. The first word of the line is the command and stays. `address_of` gives "" for what is no
// node.
std::string substitute_addresses(std::string_view command,
                                 const std::function<std::string(const std::string& word)>& address_of);

// Whether a command speaks of IPv6 addresses: it has the word "-6", or its program is ping6, traceroute6 …
bool wants_ipv6(std::string_view command);

// The first words of what sh would run besides the first command: "h2" in "ls; h2 ls".
std::vector<std::string> later_commands(std::string_view command);
bool has_semicolon(std::string_view line);  // outside quotes

}  // namespace flowbed
