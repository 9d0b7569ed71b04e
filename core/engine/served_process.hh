// ServedProcess: a program of Flowbed's own that serves the engine over a socket, and is started again should
// it end.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/rpc_peer.hh"
#include "core/os/process.hh"

namespace flowbed {

class ServedProcess {
 public:
  struct Role {
    std::string name;                                   // for messages: "switchd"
    std::string loss, recovery;                         // "the switches stay off", "all switches are back"
    std::vector<std::string> arguments;                 // of flowbed-switchd
    std::function<std::vector<int>()> namespaces = {};  // that it starts in, asked for at each start
    std::function<void(RpcPeer::Request, RpcPeer::Responder)> on_request = {};
    std::function<void(const std::string& method, const Json& params)> on_notification = {};
    std::function<Task<void>()> tell_everything;  // to one that was started again
  };
  using Warn = std::function<void(const std::string& message)>;

  ServedProcess(EventLoop& loop, Role role, Warn warn)
      : loop_(loop), role_(std::move(role)), warn_(std::move(warn)) {}

  ~ServedProcess() { peer_.reset(); }  // what still waits for an answer tells nobody
  ServedProcess(const ServedProcess&) = delete;
  ServedProcess& operator=(const ServedProcess&) = delete;

  void start();  // does not wait for it; throws Error
  void stop();   // and forgets it; it must have nothing left to do
  bool is_started() const { return peer_ != nullptr && !has_given_up_; }  // else it may be, again
  RpcPeer& peer() { return *peer_; }
  int pid() const { return process_.pid; }
  const std::string& last_words() const {
    return last_words_;
  }  // why it could not run; empty: it said nothing

 private:
  void on_end();
  void start_again(const std::string& end);  // of the one before

  EventLoop& loop_;
  Role role_;
  Warn warn_;
  Process process_;
  std::unique_ptr<RpcPeer> peer_;
  std::string last_words_;
  int quick_deaths_ = 0, restarts_ = 0;
  bool has_given_up_ = false;
  TimePoint started_;
  EventLoop::Registration retry_;
};

}  // namespace flowbed
