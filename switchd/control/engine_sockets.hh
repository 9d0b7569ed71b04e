// EngineSockets: the engine makes sockets, in whatever namespace, and hands them over; only those that the
// topology's controllers, listeners and collectors need.
#pragma once

#include "core/base/rpc_peer.hh"
#include "switchd/export/datagram_source.hh"
#include "switchd/openflow/channel/socket_source.hh"

namespace flowbed::sw {

class EngineSockets : public ofp::SocketSource, public DatagramSource {
 public:
  explicit EngineSockets(RpcPeer& engine) : engine_(engine) {}

  Task<FileDescriptor> start_connecting(std::string place, IpAddress address, uint16_t port) override;
  Task<FileDescriptor> start_listening(std::string place, IpAddress address, uint16_t port) override;
  Task<FileDescriptor> start_sending(std::string place, IpAddress address, uint16_t port) override;

 private:
  Task<FileDescriptor> ask_for(std::string method, std::string place, IpAddress address, uint16_t port);

  RpcPeer& engine_;
};

}  // namespace flowbed::sw
