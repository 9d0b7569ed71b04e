// SocketRequest: a socket that switchd wants, as it goes from process to process: of TCP, for an OpenFlow
// channel; of UDP, for a collector of flows.
#pragma once

#include <string>

#include "core/base/address.hh"
#include "core/base/channel.hh"

namespace flowbed {

struct SocketRequest {
  enum class Kind { kConnect, kListen, kSend };  // the last one of UDP

  Kind kind = Kind::kConnect;
  std::string place;  // "machine", "fabric" or a host
  IpAddress address;
  uint16_t port = 0;
};

// Methods are socket.connect, socket.listen and socket.send. Throws Error.
SocketRequest socket_request(const std::string& method, const Json& params);
std::string method_of(const SocketRequest& request);
Json to_wire(const SocketRequest& request);

// In the calling process's network namespace. Throws SystemError.
FileDescriptor open_here(const SocketRequest& request);

}  // namespace flowbed
