#include "core/engine/socket_request.hh"

#include "core/base/error.hh"
#include "core/base/tcp_socket.hh"

namespace flowbed {
namespace {
constexpr const char *kConnect = "socket.connect", *kListen = "socket.listen";
}

SocketRequest socket_request(const std::string& method, const Json& params) {
  if (method != kConnect && method != kListen) throw Error("there is no method " + method);
  const auto address = IpAddress::parse(params.at("address").get<std::string>());
  if (!address) throw Error(method + ": that is no address");
  return {method == kListen, params.at("place"), *address, params.at("port")};
}

std::string method_of(const SocketRequest& request) { return request.listens ? kListen : kConnect; }

Json to_wire(const SocketRequest& request) {
  return {{"place", request.place}, {"address", request.address.to_string()}, {"port", request.port}};
}

FileDescriptor open_here(const SocketRequest& request) {
  return request.listens ? start_listening(request.address, request.port)
                         : start_connecting(request.address, request.port);
}

}  // namespace flowbed
