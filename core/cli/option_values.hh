// Values of Mininet's options that choose an implementation (--switch, --host, --link), judged
// by what Flowbed has: each has one implementation, so a known name is accepted with a line that says what it
// means here, or refused with the reason.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/cli/openflow_options.hh"
#include "core/topo/topology.hh"

namespace flowbed {

// `option` is "switch", "host" or "link"; `value` is "name[,argument…]". Returns a note for the user, or
// nothing to say. Throws Error: unknown (listing the valid names) or not possible here (with the reason).
std::optional<std::string> check_choice(const std::string& option, const std::string& value);

// The limits in "cfs,cpu=0.2,memory=100MB" or "rt,cpu=0.2", Mininet's CPULimitedHost; nothing for another
// value of --host. Throws Error: no such limit, or not a value of it.
std::optional<HostLimits> parse_host_limits(const std::string& value);

// The options in "tc,bw=10,delay=5ms", Mininet's TCLink, or "default,rate=10Mbit"; see link_words.hh. Throws
// Error.
LinkShape parse_link_option(const std::string& value);

// What follows the name in "--switch NAME,stp=1,failMode=secure": returns what it says of spanning tree, and
// notes in `openflow` what concerns that. Throws Error: no such argument, or not a value of it.
std::optional<bool> take_switch_arguments(OpenFlowOptions& openflow, const std::string& value);

// "pingall+iperf", "all" → single tests. Throws Error on an unknown one (listing the valid names).
std::vector<std::string> expand_tests(const std::vector<std::string>& given);

}  // namespace flowbed
