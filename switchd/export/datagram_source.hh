// DatagramSource: who makes UDP sockets for a switchd that may make none itself. As openflow's SocketSource:
// a socket belongs for ever to the network namespace in which it was made, and `place` is "machine", "fabric"
// or a host's name.
#pragma once

#include <string>

#include "core/base/address.hh"
#include "core/base/fd.hh"
#include "core/base/task.hh"

namespace flowbed::sw {

class DatagramSource {
 public:
  virtual ~DatagramSource() = default;
  // As core/base/udp_socket.hh's. Throws Error.
  virtual Task<FileDescriptor> start_sending(std::string place, IpAddress address, uint16_t port) = 0;
};

}  // namespace flowbed::sw
