// ControllerLink: keeps a bridge connected to one controller.
//
// Connects; when that fails, or the conversation ends, tries again after 50 ms, twice that, and so on, at
// most after 8 seconds. A conversation that lasted for a second is looked for again at once, the first time.
// Whoever has said nothing for long is given up by the Connection, and then tried again the same way.
#pragma once

#include <memory>

#include "switchd/openflow/agent/agent.hh"
#include "switchd/openflow/channel/conversation.hh"
#include "switchd/openflow/channel/endpoint.hh"
#include "switchd/openflow/channel/socket_source.hh"
#include "switchd/openflow/channel/tls.hh"

namespace flowbed::sw::ofp {

struct ControllerConfig {
  std::string name;  // "c0"
  Endpoint endpoint;
  std::string place = "machine";  // see SocketSource

  bool operator==(const ControllerConfig&) const = default;
};

class ControllerLink {
 public:
  enum class State { kConnecting, kConnected, kWaiting };
  // Is called when the state has changed.
  using Handler = std::function<void(ControllerLink&)>;

  ControllerLink(EventLoop& loop, SocketSource& sockets, const Tls& tls, OpenFlowAgent& agent,
                 ControllerConfig config, Handler handler);

  const ControllerConfig& config() const { return config_; }
  State state() const { return state_; }
  bool is_connected() const { return state_ == State::kConnected; }
  // Waiting, it tries again at once: it was connected until now, and not only just.
  bool is_first_retry() const { return is_first_retry_; }
  bool gave_up() const { return gave_up_; }  // for what the controller said, or did not say
  const std::string& last_fault() const { return last_fault_; }  // why it is not connected, or was not
  const Conversation* conversation() const { return conversation_.get(); }

 private:
  void connect();
  Task<void> open_conversation();
  Task<FileDescriptor> open_socket(uint16_t port);
  void converse(FileDescriptor socket);
  void lose(std::string reason);
  void wait(const std::string& fault);
  void enter(State state);

  EventLoop& loop_;
  SocketSource& sockets_;
  const Tls& tls_;
  OpenFlowAgent& agent_;
  const ControllerConfig config_;
  const Handler handler_;
  State state_ = State::kConnecting;
  std::string last_fault_;
  Duration pause_;
  TimePoint connected_since_{};
  bool is_first_retry_ = false, gave_up_ = false;
  std::unique_ptr<Conversation> conversation_;
  EventLoop::Registration retry_;
  TaskGroup tasks_;
};

}  // namespace flowbed::sw::ofp
