// SocketSource: who makes TCP sockets for a switchd that may make none itself.
//
// A socket belongs for ever to the network namespace in which it was made, wherever it is used: so a
// controller can be reached on the machine's own loopback, in the fabric, or in a host. `place` is "machine",
// "fabric" or a host's name.
#pragma once

#include <string>

#include "core/base/address.hh"
#include "core/base/fd.hh"
#include "core/base/task.hh"

namespace flowbed::sw::ofp {

class SocketSource {
 public:
  virtual ~SocketSource() = default;
  // As core/base/tcp_socket.hh's. Throw Error.
  virtual Task<FileDescriptor> start_connecting(std::string place, IpAddress address, uint16_t port) = 0;
  virtual Task<FileDescriptor> start_listening(std::string place, IpAddress address, uint16_t port) = 0;
};

}  // namespace flowbed::sw::ofp
