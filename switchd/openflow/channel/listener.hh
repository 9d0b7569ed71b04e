// Listener: a bridge's passive channel, where controllers and tools such as ovs-ofctl connect.
#pragma once

#include <list>

#include "switchd/openflow/agent/agent.hh"
#include "switchd/openflow/channel/conversation.hh"
#include "switchd/openflow/channel/endpoint.hh"
#include "switchd/openflow/channel/socket_source.hh"
#include "switchd/openflow/channel/tls.hh"

namespace flowbed::sw::ofp {

struct ListenerConfig {
  Endpoint endpoint;
  std::string place = "fabric";  // see SocketSource

  bool operator==(const ListenerConfig&) const = default;
};

class Listener {
 public:
  enum class State { kOpening, kListening, kClosed };

  static constexpr size_t kMaxConversations = 64;  // more are refused

  struct Handlers {
    std::function<void(const std::string& fault)> on_fault;    // why nobody can connect
    std::function<void(const std::string& fault)> on_refusal;  // why somebody could not under TLS
  };

  Listener(EventLoop& loop, SocketSource& sockets, const Tls& tls, OpenFlowAgent& agent,
           ListenerConfig config, Handlers handlers);

  const ListenerConfig& config() const { return config_; }
  State state() const;
  const std::string& fault() const { return fault_; }  // why nobody can connect, where it is closed
  const std::list<Conversation>& conversations() const { return conversations_; }

 private:
  Task<void> listen();
  void watch_for_clients();
  void accept();
  std::unique_ptr<ByteStream> stream_of(FileDescriptor socket) const;
  void leaves(int socket, std::string reason);

  EventLoop& loop_;
  SocketSource& sockets_;
  const Tls& tls_;
  OpenFlowAgent& agent_;
  const ListenerConfig config_;
  std::string fault_;
  const Handlers handlers_;
  FileDescriptor socket_;
  EventLoop::Registration watch_;
  std::list<Conversation> conversations_;
  TaskGroup tasks_;
};

}  // namespace flowbed::sw::ofp
