// SocketRequest: a TCP socket that switchd wants for an OpenFlow channel, as it goes from process to process.
#pragma once

#include <string>

#include "core/base/address.hh"
#include "core/base/channel.hh"

namespace flowbed {

struct SocketRequest {
  bool listens = false;  // else it connects
  std::string place;     // "machine", "fabric" or a host
  IpAddress address;
  uint16_t port = 0;
};

// Methods are socket.connect and socket.listen. Throws Error.
SocketRequest socket_request(const std::string& method, const Json& params);
std::string method_of(const SocketRequest& request);
Json to_wire(const SocketRequest& request);

// In the calling process's network namespace. Throws SystemError.
FileDescriptor open_here(const SocketRequest& request);

}  // namespace flowbed
