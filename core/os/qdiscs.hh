// The kernel's qdiscs on an interface: what packets that leave it go through.
//
// There are one or two netems, one in the other: packets first take the way (its delay and losses), then wait
// in the queue, for its rate. One netem alone would count packets on their way against the queue's limit.
// That the way comes before the queue makes no difference to who receives; but what the host itself sees of
// its packets (tcpdump) it sees behind both.
#pragma once

#include "core/os/kernel.hh"
#include "core/os/netlink.hh"

namespace flowbed {

// `socket` is of the interface's namespace; all throw Error with `attempt`. Qdiscs of somebody else's are not
// touched: putting some beside them is refused.
void put_qdiscs(RouteSocket& socket, int ifindex, const EgressSpec& spec, const std::string& attempt);
void remove_qdiscs(RouteSocket& socket, int ifindex, const std::string& attempt);
EgressCounters read_qdiscs(RouteSocket& socket, int ifindex, const std::string& attempt);

// In a namespace where nothing depends on the loopback.
NetemAbilities try_netem(RouteSocket& socket);

}  // namespace flowbed
