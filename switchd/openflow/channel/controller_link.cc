#include "switchd/openflow/channel/controller_link.hh"

#include <sys/epoll.h>

#include "core/base/error.hh"
#include "core/base/tcp_socket.hh"

namespace flowbed::sw::ofp {
namespace {

using namespace std::chrono_literals;

constexpr Duration kFirstPause = 50ms, kLongestPause = 8s;
constexpr Duration kConnectTime = 5s;
constexpr Duration kLasting = 1s;  // who hangs up sooner each time is tried less and less often

std::string text_of(std::exception_ptr fault) {
  try {
    std::rethrow_exception(std::move(fault));
  } catch (const std::exception& e) {
    return e.what();
  }
}

}  // namespace

ControllerLink::ControllerLink(EventLoop& loop, SocketSource& sockets, const Tls& tls, OpenFlowAgent& agent,
                               ControllerConfig config, Handler handler)
    : loop_(loop),
      sockets_(sockets),
      tls_(tls),
      agent_(agent),
      config_(std::move(config)),
      handler_(std::move(handler)),
      pause_(kFirstPause) {
  retry_ = loop_.after(Duration{}, [this] { connect(); });
}

void ControllerLink::connect() {
  enter(State::kConnecting);
  tasks_.start(open_conversation(), [this](std::exception_ptr fault) {
    if (fault) wait(text_of(fault));
  });
}

// Without a port: where OpenFlow is spoken today, else where it was before it had a port of its own.
Task<void> ControllerLink::open_conversation() {
  const uint16_t given = config_.endpoint.port;
  FileDescriptor socket;
  std::exception_ptr fault;
  try {
    socket = co_await open_socket(given ? given : kOpenFlowPort);
  } catch (const Error&) {
    fault = std::current_exception();
  }
  if (!socket && given == 0) {
    try {
      socket = co_await open_socket(kOldOpenFlowPort);
    } catch (const Error&) {
      // the first fault tells more
    }
  }
  if (!socket) std::rethrow_exception(fault);
  converse(std::move(socket));
}

Task<FileDescriptor> ControllerLink::open_socket(uint16_t port) {
  const IpAddress& address = config_.endpoint.address;
  FileDescriptor socket = co_await sockets_.start_connecting(config_.place, address, port);
  if (!co_await ready(loop_, socket.get(), EPOLLOUT, monotonic_now() + kConnectTime))
    throw SystemError("connect to " + socket_name(address, port), ETIMEDOUT);
  check_connected(socket.get(), address, port);
  co_return socket;
}

void ControllerLink::converse(FileDescriptor socket) {
  Conversation::Handlers handlers;
  handlers.on_agreed = [this] {
    connected_since_ = monotonic_now();
    last_fault_.clear();
    enter(State::kConnected);
  };
  handlers.on_end = [this](const std::string& reason) { lose(reason); };
  auto stream = config_.endpoint.tls ? tls_.connect(std::move(socket)) : plain_stream(std::move(socket));
  conversation_ = std::make_unique<Conversation>(loop_, std::move(stream), agent_.connect(monotonic_now()),
                                                 std::move(handlers));
}

// The conversation is who calls, and `reason` was its own.
void ControllerLink::lose(std::string reason) {
  gave_up_ = conversation_->gave_up();
  conversation_.reset();
  wait(reason);
}

void ControllerLink::wait(const std::string& fault) {
  last_fault_ = fault;
  is_first_retry_ = is_connected() && monotonic_now() - connected_since_ >= kLasting;
  if (is_first_retry_) pause_ = kFirstPause;
  const Duration pause =
      is_first_retry_ ? Duration{} : std::exchange(pause_, std::min(pause_ * 2, kLongestPause));
  enter(State::kWaiting);
  retry_ = loop_.after(pause, [this] { connect(); });
}

void ControllerLink::enter(State state) {
  if (state_ == state) return;
  state_ = state;
  handler_(*this);
}

}  // namespace flowbed::sw::ofp
