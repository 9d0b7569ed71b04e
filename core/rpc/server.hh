// Server: offers a Network to clients on its control socket.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/rpc_peer.hh"
#include "core/rpc/network.hh"

namespace flowbed {

class Server {
 public:
  struct Options {
    std::string name;
    std::vector<std::string> warnings;    // told to each client at hello
    std::function<void()> on_owner_gone;  // the face that started the network has gone
  };

  Server(EventLoop& loop, Network& network, FileDescriptor listener, Options options);

  // The client whose end is the network's end, unless it is detached.
  void add_owner(FileDescriptor socket);

  void stop_listening();  // the network is about to end

 private:
  struct Client {
    std::unique_ptr<RpcPeer> peer;
    bool owner = false;
    std::map<Json, TaskGroup> measurements;  // by request: what is broken off when nobody waits for it
  };

  void listen();
  void accept_client();
  void add_client(FileDescriptor socket, bool owner);
  void remove_client(Client* client);
  void start_answer(Client& client, RpcPeer::Request request, RpcPeer::Responder responder);
  bool breaks_off(const RpcPeer::Request& request) const;
  Task<void> answer(RpcPeer::Request request, std::shared_ptr<RpcPeer::Responder> responder);
  Task<void> run_apply(Json params, RpcPeer::Responder& responder);
  void broadcast(const Json& event);

  EventLoop& loop_;
  Network& network_;
  FileDescriptor listener_;
  Options options_;
  std::list<Client> clients_;
  EventLoop::Registration watch_, pause_;
};

}  // namespace flowbed
