#include "core/base/rpc_peer.hh"

#include <optional>

#include <sys/epoll.h>

#include "core/base/error.hh"
#include "core/base/log.hh"

namespace flowbed {
namespace {
constexpr const char* kAbandon = "$/abandon";
constexpr const char* kNoDescriptorLeftThere =
    "the network's processes have no descriptor left for what came with this; end some commands, or raise "
    "the limit (ulimit -n) before flowbed starts";
constexpr const char* kNoDescriptorLeftHere =
    "this program has no descriptor left for what came with the answer; raise its limit (ulimit -n)";

struct Fault {
  std::string message;
  int errnum = 0;  // 0: none

  [[noreturn]] void raise() const {
    if (errnum != 0) throw SystemError(errnum, message);
    throw Error(message);
  }
};

Fault fault_from(const Json& error) {
  const bool told = error.is_object() && error.contains("message") && error["message"].is_string();
  if (!told) return {error.dump()};
  const Json data = error.value("data", Json::object());
  const bool coded = data.is_object() && data.contains("errno") && data["errno"].is_number_integer();
  return {error["message"], coded ? data["errno"].get<int>() : 0};
}
}  // namespace

// Shared, because a callback may destroy the peer while its State is still at work.
struct RpcPeer::State : std::enable_shared_from_this<RpcPeer::State> {
  using Completion = std::function<void(std::optional<RpcResult>, const Fault& fault)>;

  State(EventLoop& event_loop, FileDescriptor socket, Handlers given)
      : loop(event_loop), channel(std::move(socket)), handlers(std::move(given)) {}

  void start() { rewatch(EPOLLIN); }

  void rewatch(uint32_t events) {
    if (events == watched) return;
    watch.cancel();
    watched = events;
    watch = loop.watch(channel.fd(), events, [this](uint32_t ready) { on_ready(ready); });
  }

  void send(const Json& body, std::vector<FileDescriptor> fds = {}) {
    if (dead) return;
    channel.send(body, std::move(fds));
    if (channel.has_output()) rewatch(EPOLLIN | EPOLLOUT);
  }

  void on_ready(uint32_t ready) {
    const auto keep = shared_from_this();
    if ((ready & EPOLLOUT) && channel.flush()) rewatch(EPOLLIN);
    try {
      while (!dead) {
        auto message = channel.receive();
        if (!message) break;
        dispatch(std::move(*message));
      }
      if (!channel.closed()) return;
    } catch (const std::exception& fault) {
      spdlog::warn("closing a control connection: {}", fault.what());
    }
    close();
  }

  void dispatch(Message message) {
    Json& body = message.body;
    if (!body.contains("method")) return complete(std::move(message));
    if (!body["method"].is_string()) {
      if (body.contains("id"))
        Responder(weak_from_this(), body["id"]).fail(kInvalidRequest, "\"method\" is not a string");
      return;
    }
    std::string method = body["method"];
    Json params = body.contains("params") ? std::move(body["params"]) : Json::object();
    if (body.contains("id") && body["id"].is_structured())
      throw Error("a request's id is not a number or string");
    if (!body.contains("id")) {
      if (method == kAbandon) return on_abandoned(params);
      if (handlers.on_notification) handlers.on_notification(method, std::move(params));
      return;
    }
    const Json id = body["id"];
    Responder responder(weak_from_this(), id);
    if (message.lost_fds) return responder.fail(kInternalError, kNoDescriptorLeftThere);
    if (!handlers.on_request) return responder.fail(kMethodNotFound, "this side answers no requests");
    handlers.on_request({id, std::move(method), std::move(params), std::move(message.fds)},
                        std::move(responder));
  }

  void on_abandoned(const Json& params) {
    if (handlers.on_abandon && params.contains("id")) handlers.on_abandon(params["id"]);
  }

  void complete(Message message) {
    const Json id = message.body.value("id", Json());
    if (!id.is_number_unsigned()) return;
    auto call = calls.extract(id.get<uint64_t>());
    if (call.empty()) return;
    if (const auto error = message.body.find("error"); error != message.body.end()) {
      call.mapped()(std::nullopt, fault_from(*error));
    } else if (message.lost_fds) {
      call.mapped()(std::nullopt, {kNoDescriptorLeftHere});
    } else {
      call.mapped()(RpcResult{message.body.value("result", Json()), std::move(message.fds)}, {});
    }
  }

  // Returns the request's id. `completion` may be called before that.
  uint64_t request(const std::string& method, Json params, std::vector<FileDescriptor> fds,
                   Completion completion) {
    const uint64_t id = next_id++;
    if (dead) {
      completion(std::nullopt, {"the connection is closed"});
      return id;
    }
    calls.emplace(id, std::move(completion));
    try {
      send({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}},
           std::move(fds));
    } catch (...) {
      calls.erase(id);
      throw;
    }
    return id;
  }

  void abandon(uint64_t id) {
    if (calls.erase(id) == 0) return;
    send({{"jsonrpc", "2.0"}, {"method", kAbandon}, {"params", {{"id", id}}}});
  }

  void close() {
    if (std::exchange(dead, true)) return;
    watch.cancel();
    channel.close();
    while (!calls.empty()) {  // one that fails may abandon others
      const auto call = calls.extract(calls.begin());
      call.mapped()(std::nullopt, {"the connection was closed"});
    }
    if (const auto on_close = std::exchange(handlers.on_close, nullptr)) on_close();
  }

  EventLoop& loop;
  Channel channel;
  Handlers handlers;
  EventLoop::Registration watch;
  uint32_t watched = 0;
  uint64_t next_id = 1;
  std::unordered_map<uint64_t, Completion> calls;
  bool dead = false;
};

// Awaits one reply. When the awaiting coroutine is destroyed first, the request is abandoned.
class RpcPeer::CallAwaiter {
 public:
  CallAwaiter(std::shared_ptr<State> state, std::string method, Json params, std::vector<FileDescriptor> fds)
      : state_(std::move(state)),
        method_(std::move(method)),
        params_(std::move(params)),
        fds_(std::move(fds)) {}
  ~CallAwaiter() {
    if (suspended_ && !done_) state_->abandon(id_);
  }
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> self) {
    const auto complete = [this, self](std::optional<RpcResult> result, const Fault& fault) {
      result_ = std::move(result);
      fault_ = fault;
      done_ = true;
      if (suspended_) self.resume();
    };
    id_ = state_->request(method_, std::move(params_), std::move(fds_), complete);
    suspended_ = !done_;
    return suspended_;
  }
  RpcResult await_resume() {
    if (!result_) fault_.raise();
    return std::move(*result_);
  }

 private:
  std::shared_ptr<State> state_;
  std::string method_;
  Json params_;
  std::vector<FileDescriptor> fds_;
  uint64_t id_ = 0;
  std::optional<RpcResult> result_;
  Fault fault_;
  bool done_ = false, suspended_ = false;
};

RpcPeer::RpcPeer(EventLoop& loop, FileDescriptor socket, Handlers handlers)
    : state_(std::make_shared<State>(loop, std::move(socket), std::move(handlers))) {
  state_->start();
}

RpcPeer::~RpcPeer() {
  state_->handlers = {};
  state_->close();
}

bool RpcPeer::closed() const { return state_->dead; }

void RpcPeer::notify(const std::string& method, Json params) {
  state_->send({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}});
}

Task<RpcResult> RpcPeer::call(std::string method, Json params, std::vector<FileDescriptor> fds) {
  CallAwaiter reply(state_, std::move(method), std::move(params), std::move(fds));
  co_return co_await reply;
}

RpcResult RpcPeer::call_and_wait(const std::string& method, Json params, std::vector<FileDescriptor> fds) {
  const auto state = state_;
  std::optional<RpcResult> result;
  std::optional<Fault> fault;
  state->request(method, std::move(params), std::move(fds), [&](std::optional<RpcResult> r, const Fault& f) {
    result = std::move(r);
    if (!result) fault = f;
  });
  while (!result && !fault) state->loop.turn();
  if (fault) fault->raise();
  return std::move(*result);
}

RpcPeer::Responder::~Responder() {
  if (!state_.expired()) fail(kInternalError, "the request was dropped without an answer");
}

void RpcPeer::Responder::ok(Json value, std::vector<FileDescriptor> fds) {
  answer({{"jsonrpc", "2.0"}, {"id", id_}, {"result", std::move(value)}}, std::move(fds));
}

void RpcPeer::Responder::fail(int code, const std::string& message) {
  answer({{"jsonrpc", "2.0"}, {"id", id_}, {"error", {{"code", code}, {"message", message}}}}, {});
}

void RpcPeer::Responder::fail(std::exception_ptr fault) {
  try {
    std::rethrow_exception(fault);
  } catch (const SystemError& e) {
    const Json error = {{"code", kFault}, {"message", e.what()}, {"data", {{"errno", e.errnum()}}}};
    answer({{"jsonrpc", "2.0"}, {"id", id_}, {"error", error}}, {});
  } catch (const std::exception& e) {
    fail(kFault, e.what());
  }
}

void RpcPeer::Responder::answer(Json body, std::vector<FileDescriptor> fds) {
  const auto state = std::exchange(state_, {}).lock();
  if (state) state->send(body, std::move(fds));
}

}  // namespace flowbed
