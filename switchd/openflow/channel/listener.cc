#include "switchd/openflow/channel/listener.hh"

#include <algorithm>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "core/base/error.hh"
#include "core/base/log.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr Duration kPauseWithoutMeans = std::chrono::milliseconds(100);

}  // namespace

Listener::Listener(EventLoop& loop, SocketSource& sockets, const Tls& tls, OpenFlowAgent& agent,
                   ListenerConfig config, Handlers handlers)
    : loop_(loop),
      sockets_(sockets),
      tls_(tls),
      agent_(agent),
      config_(std::move(config)),
      handlers_(std::move(handlers)) {
  tasks_.start(listen(), [this](std::exception_ptr fault) {
    if (!fault) return;
    try {
      std::rethrow_exception(fault);
    } catch (const std::exception& e) {
      fault_ = e.what();
      handlers_.on_fault(fault_);
    }
  });
}

Listener::State Listener::state() const {
  if (!fault_.empty()) return State::kClosed;
  return socket_ ? State::kListening : State::kOpening;
}

Task<void> Listener::listen() {
  socket_ = co_await sockets_.start_listening(config_.place, config_.endpoint.address, config_.endpoint.port);
  watch_for_clients();
}

void Listener::watch_for_clients() {
  watch_ = loop_.watch(socket_.get(), EPOLLIN, [this](uint32_t) { accept(); });
}

void Listener::accept() {
  FileDescriptor socket(accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket && (errno == EMFILE || errno == ENFILE || errno == ENOMEM)) {  // who waits goes on waiting
    watch_ = loop_.after(kPauseWithoutMeans, [this] { watch_for_clients(); });
    return;
  }
  if (!socket || conversations_.size() >= kMaxConversations) return;
  Conversation::Handlers handlers;
  handlers.on_end = [this, fd = socket.get()](const std::string& reason) { leaves(fd, reason); };
  try {
    conversations_.emplace_back(loop_, stream_of(std::move(socket)), agent_.connect(monotonic_now()),
                                std::move(handlers));
  } catch (const Error& fault) {
    handlers_.on_refusal(fault.what());
  }
}

std::unique_ptr<ByteStream> Listener::stream_of(FileDescriptor socket) const {
  return config_.endpoint.tls ? tls_.accept(std::move(socket)) : plain_stream(std::move(socket));
}

// The conversation is who calls, and `reason` was its own.
void Listener::leaves(int socket, std::string reason) {
  const auto who = std::ranges::find(conversations_, socket, &Conversation::socket);
  const bool was_refused = config_.endpoint.tls && !who->agreed();
  conversations_.erase(who);
  spdlog::debug("{}: a controller at {} left: {}", agent_.bridge_name(), config_.endpoint.to_string(),
                reason);
  if (was_refused) handlers_.on_refusal(reason);
}

}  // namespace flowbed::sw::ofp
