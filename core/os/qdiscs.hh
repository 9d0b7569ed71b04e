// The kernel's qdiscs on an interface: what packets that leave it go through.
//
// There are up to three netems, one in the other: packets first take the way (its delay), then wait in the
// queue (for its rate), then may be lost. One netem alone could do it all, but would count packets on their
// way against the queue's limit, and what it loses would take up nothing of the rate. That the delay comes
// before the queue shows nowhere outside.
#pragma once

#include "core/os/kernel.hh"
#include "core/os/netlink.hh"

namespace flowbed {

// `socket` is of the interface's namespace; all throw SystemError with `attempt`.
void put_qdiscs(RouteSocket& socket, int ifindex, const EgressSpec& spec, const std::string& attempt);
void remove_qdiscs(RouteSocket& socket, int ifindex, const std::string& attempt);
EgressCounters read_qdiscs(RouteSocket& socket, int ifindex, const std::string& attempt);

// In a namespace where nothing depends on the loopback.
NetemAbilities try_netem(RouteSocket& socket);

}  // namespace flowbed
