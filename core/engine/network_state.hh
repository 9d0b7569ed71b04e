// The verb `state`: every node, interface and link, from the topology, and from the kernel what it alone
// knows.
#pragma once

#include "core/engine/live_links.hh"
#include "core/engine/switches.hh"

namespace flowbed {

// {"nodes": [{"name", "kind", "running", "interfaces": [{"name", "kernel_name", "port", "mac", "addresses",
//   "up", "carrier", "present", "peer"}]}],
//  "links": [{"a": {"node", "interface", "up", "carrier", "present"}, "b": …}]}
// `addresses`, `up`, `carrier` and `present` are the kernel's; an interface without a link has no device, and
// shows the addresses that it will get.
Json network_state(const Topology& topology, Kernel& kernel, const Switches& switches);

}  // namespace flowbed
