#include "switchd/control/engine_sockets.hh"

#include "core/base/error.hh"

namespace flowbed::sw {

Task<FileDescriptor> EngineSockets::start_connecting(std::string place, IpAddress address, uint16_t port) {
  return ask_for("socket.connect", std::move(place), address, port);
}

Task<FileDescriptor> EngineSockets::start_listening(std::string place, IpAddress address, uint16_t port) {
  return ask_for("socket.listen", std::move(place), address, port);
}

Task<FileDescriptor> EngineSockets::start_sending(std::string place, IpAddress address, uint16_t port) {
  return ask_for("socket.send", std::move(place), address, port);
}

Task<FileDescriptor> EngineSockets::ask_for(std::string method, std::string place, IpAddress address,
                                            uint16_t port) {
  Json params = {{"place", std::move(place)}, {"address", address.to_string()}, {"port", port}};
  RpcResult result = co_await engine_.call(std::move(method), std::move(params));
  if (result.fds.size() != 1) throw Error("the engine gave no socket");
  co_return std::move(result.fds.front());
}

}  // namespace flowbed::sw
