// Offloads that an interface does not do, so that what leaves it can be forwarded in user space.
//
// Packet sockets describe a super-packet by a virtio-net header, which has no word for tunnels, SCTP and
// lists of fragments, and for UDP only since Linux 6.2; such super-packets never reach a switch, and VXLAN
// inside a host crawls at a quarter of a megabit a second. Without the offload the kernel segments them
// before they leave the host. TCP, and UDP where that can be said, stay whole.
#pragma once

#include <string>

namespace flowbed {

// `socket`: any of the interface's namespace. Best effort: what this kernel does not know is off already.
void turn_off_unspeakable_offloads(int socket, const std::string& interface);

}  // namespace flowbed
