// Listener: a bridge's passive channel, where controllers and tools such as ovs-ofctl connect.
#pragma once

#include <list>

#include "switchd/openflow/agent/agent.hh"
#include "switchd/openflow/channel/conversation.hh"
#include "switchd/openflow/channel/endpoint.hh"
#include "switchd/openflow/channel/socket_source.hh"

namespace flowbed::sw::ofp {

struct ListenerConfig {
  Endpoint endpoint;
  std::string place = "fabric";  // see SocketSource

  bool operator==(const ListenerConfig&) const = default;
};

class Listener {
 public:
  static constexpr size_t kMaxConversations = 64;  // more are refused

  // `on_fault` is told why nobody can connect.
  Listener(EventLoop& loop, SocketSource& sockets, OpenFlowAgent& agent, ListenerConfig config,
           std::function<void(const std::string& fault)> on_fault);

  const ListenerConfig& config() const { return config_; }
  const std::list<Conversation>& conversations() const { return conversations_; }

 private:
  Task<void> listen();
  void accept();

  EventLoop& loop_;
  SocketSource& sockets_;
  OpenFlowAgent& agent_;
  const ListenerConfig config_;
  FileDescriptor socket_;
  EventLoop::Registration watch_;
  std::list<Conversation> conversations_;
  TaskGroup tasks_;
};

}  // namespace flowbed::sw::ofp
