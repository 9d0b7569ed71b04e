#include "core/engine/channel_sockets.hh"

#include "core/engine/warden.hh"
#include "core/topo/controllers.hh"

namespace flowbed {

Task<FileDescriptor> ChannelSockets::open(SocketRequest wanted) {
  if (wanted.place == kMachine) co_return co_await warden_.open_socket(std::move(wanted));
  if (wanted.place == kFabric) co_return open_here(wanted);
  FileDescriptor socket;
  kernel_.run_in(wanted.place, [&] { socket = open_here(wanted); });
  co_return socket;
}

}  // namespace flowbed
