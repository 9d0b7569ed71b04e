// Limits of hosts as people write them on command lines: names and values.
#pragma once

#include <string>

#include "core/topo/topology.hh"

namespace flowbed {

// `name`: cpu ("0.2"), cores ("0-1"), memory ("100MB") or sched ("cfs", "rt"); "none" lifts the limit. Throws
// Error naming what is wrong and what to write.
void set_limit(HostLimits& limits, const std::string& name, const std::string& value);

}  // namespace flowbed
