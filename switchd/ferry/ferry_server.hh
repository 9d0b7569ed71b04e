// FerryServer: the ferry's side of the socket to the engine (JSON-RPC 2.0; the messages are in
// switchd/README.md). When the socket closes, the engine is gone and `on_close` is called.
#pragma once

#include <functional>

#include "core/base/rpc_peer.hh"
#include "switchd/ferry/ferry.hh"

namespace flowbed::sw {

class FerryServer {
 public:
  FerryServer(EventLoop& loop, FileDescriptor socket, Ferry& ferry, std::function<void()> on_close);

  void warn(const std::string& message);

 private:
  Json answer(RpcPeer::Request& request);
  void record(RpcPeer::Request& request);
  Json describe(const std::string& name);

  Ferry& ferry_;
  RpcPeer peer_;
};

}  // namespace flowbed::sw
