// TCP sockets that do not block, made in whatever network namespace the calling thread is in.
#pragma once

#include <string>

#include "core/base/address.hh"
#include "core/base/fd.hh"

namespace flowbed {

// All throw SystemError that names the address.
// A socket that is being connected: it is writable once that has come to an end, well or not.
FileDescriptor start_connecting(const IpAddress& address, uint16_t port);
FileDescriptor start_listening(const IpAddress& address, uint16_t port);
// What came of connecting.
void check_connected(int fd, const IpAddress& address, uint16_t port);

std::string socket_name(const IpAddress& address, uint16_t port);  // "127.0.0.1:6653", "[::1]:6653"
std::string peer_name(int fd);                                     // of a connected socket's other end

}  // namespace flowbed
