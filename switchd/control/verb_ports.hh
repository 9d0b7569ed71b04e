// The ports of one switch: shown with their counters, and what they may do.
#pragma once

#include <string>

#include "core/base/channel.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

Json describe_ports(const SlowPath& slow_path, const Bridge& bridge);

// "up|down|flood|no-flood|…", as ovs-ofctl's mod-port has them.
std::string port_settings();
// `port` is a name or a number, `setting` one of those. Throws Error: there is no such port.
void set_port(SlowPath& slow_path, Bridge& bridge, const std::string& port, const std::string& setting);

}  // namespace flowbed::sw
