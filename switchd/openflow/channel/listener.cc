#include "switchd/openflow/channel/listener.hh"

#include <sys/epoll.h>
#include <sys/socket.h>

#include "core/base/error.hh"
#include "core/base/log.hh"

namespace flowbed::sw::ofp {

Listener::Listener(EventLoop& loop, SocketSource& sockets, OpenFlowAgent& agent, ListenerConfig config,
                   std::function<void(const std::string& fault)> on_fault)
    : loop_(loop), sockets_(sockets), agent_(agent), config_(std::move(config)) {
  tasks_.start(listen(), [on_fault = std::move(on_fault)](std::exception_ptr fault) {
    if (!fault) return;
    try {
      std::rethrow_exception(fault);
    } catch (const std::exception& e) {
      on_fault(e.what());
    }
  });
}

Task<void> Listener::listen() {
  socket_ = co_await sockets_.start_listening(config_.place, config_.endpoint.address, config_.endpoint.port);
  watch_ = loop_.watch(socket_.get(), EPOLLIN, [this](uint32_t) { accept(); });
}

void Listener::accept() {
  FileDescriptor socket(accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket || conversations_.size() >= kMaxConversations) return;
  Conversation::Handlers handlers;
  handlers.on_end = [this, fd = socket.get()](const std::string& reason) {
    conversations_.remove_if([&](const Conversation& c) { return c.socket() == fd; });
    spdlog::debug("{}: a controller at {} left: {}", agent_.bridge_name(), config_.endpoint.to_string(),
                  reason);
  };
  conversations_.emplace_back(loop_, std::move(socket), agent_.connect(monotonic_now()), std::move(handlers));
}

}  // namespace flowbed::sw::ofp
