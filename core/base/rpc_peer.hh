// RpcPeer: JSON-RPC 2.0 on a Channel, both ways at once; either side may call, answer and notify.
//
// All functions belong to the loop's thread. A request's Responder answers it exactly once, now or later; one
// that is dropped unanswered answers with an error by itself, so that no caller waits forever.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/channel.hh"
#include "core/base/event_loop.hh"
#include "core/base/task.hh"

namespace flowbed {

// The error codes of the JSON-RPC 2.0 specification; kFault carries a message meant for a person.
enum RpcErrorCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternalError = -32603,
  kFault = 1,
};

struct RpcResult {
  Json value;
  std::vector<FileDescriptor> fds;
};

class RpcPeer {
 public:
  class Responder;
  struct Request {
    Json id;
    std::string method;
    Json params;
    std::vector<FileDescriptor> fds;
  };
  struct Handlers {
    std::function<void(Request, Responder)> on_request;
    std::function<void(const std::string& method, Json params)> on_notification;
    std::function<void()> on_close;  // may destroy the peer
    // The caller no longer waits for the answer to this request; it may be answered all the same.
    std::function<void(const Json& id)> on_abandon = {};
  };

  RpcPeer(EventLoop& loop, FileDescriptor socket, Handlers handlers);
  ~RpcPeer();

  void notify(const std::string& method, Json params);
  // Sends a request; the reply is awaited with co_await. An error reply throws Error with its message, a
  // SystemError where the other side had one. When
  // the task is destroyed before that, the other side is told (a notification "$/abandon" {"id"}).
  Task<RpcResult> call(std::string method, Json params, std::vector<FileDescriptor> fds = {});
  // Turns the loop until the reply is there: for clients without a loop of their own. Notifications that come
  // in the meantime are handled.
  RpcResult call_and_wait(const std::string& method, Json params, std::vector<FileDescriptor> fds = {});
  bool closed() const;

 private:
  struct State;
  class CallAwaiter;
  std::shared_ptr<State> state_;
};

class RpcPeer::Responder {
 public:
  Responder(std::weak_ptr<State> state, Json id) : state_(std::move(state)), id_(std::move(id)) {}
  Responder(Responder&& other) noexcept = default;
  Responder& operator=(Responder&&) = delete;
  ~Responder();
  void ok(Json value, std::vector<FileDescriptor> fds = {});
  void fail(int code, const std::string& message);
  void fail(std::exception_ptr fault);  // an Error with its message; of a SystemError the errno goes along

 private:
  void answer(Json body, std::vector<FileDescriptor> fds);
  std::weak_ptr<State> state_;
  Json id_;
};

}  // namespace flowbed
