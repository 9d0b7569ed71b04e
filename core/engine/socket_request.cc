#include "core/engine/socket_request.hh"

#include "core/base/error.hh"
#include "core/base/tcp_socket.hh"
#include "core/base/udp_socket.hh"

namespace flowbed {
namespace {

using Kind = SocketRequest::Kind;

constexpr std::pair<const char*, Kind> kMethods[] = {
    {"socket.connect", Kind::kConnect}, {"socket.listen", Kind::kListen}, {"socket.send", Kind::kSend}};

Kind kind_of(const std::string& method) {
  for (const auto& [name, kind] : kMethods) {
    if (name == method) return kind;
  }
  throw Error("there is no method " + method);
}

}  // namespace

SocketRequest socket_request(const std::string& method, const Json& params) {
  const Kind kind = kind_of(method);
  const std::string text = params.at("address");
  const auto address = IpAddress::parse(text);
  if (!address)
    throw Error(method + ": address: \"" + text + "\" is no address; write e.g. 10.0.0.1 or fd00::1");
  return {kind, params.at("place"), *address, params.at("port")};
}

std::string method_of(const SocketRequest& request) {
  return kMethods[static_cast<size_t>(request.kind)].first;
}

Json to_wire(const SocketRequest& request) {
  return {{"place", request.place}, {"address", request.address.to_string()}, {"port", request.port}};
}

FileDescriptor open_here(const SocketRequest& request) {
  switch (request.kind) {
    case Kind::kListen:
      return start_listening(request.address, request.port);
    case Kind::kSend:
      return start_sending(request.address, request.port);
    case Kind::kConnect:
      break;
  }
  return start_connecting(request.address, request.port);
}

}  // namespace flowbed
