// Values of Mininet's options that choose an implementation (--switch, --host, --link, --controller), judged
// by what Flowbed has: each has one implementation, so a known name is accepted with a line that says what it
// means here, or refused with the reason.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/topo/topology.hh"

namespace flowbed {

// `option` is "switch", "host", "link" or "controller"; `value` is "name[,argument…]" (the only argument that
// means anything here is a switch's stp). Returns a note for the user, or nothing to say. Throws Error:
// unknown (listing the valid names) or not possible here (with the reason).
std::optional<std::string> check_choice(const std::string& option, const std::string& value);

// The limits in "cfs,cpu=0.2,memory=100MB" or "rt,cpu=0.2", Mininet's CPULimitedHost; nothing for another
// value of --host. Throws Error: no such limit, or not a value of it.
std::optional<HostLimits> parse_host_limits(const std::string& value);

// What "--switch NAME,stp=1" says of spanning tree; nothing: nothing. Throws Error: neither 0 nor 1.
std::optional<bool> stp_choice(const std::string& value);

// "pingall+iperf", "all" → single tests. Throws Error on an unknown one (listing the valid names).
std::vector<std::string> expand_tests(const std::vector<std::string>& given);

}  // namespace flowbed
