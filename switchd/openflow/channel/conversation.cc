#include "switchd/openflow/channel/conversation.hh"

#include <cstring>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "core/base/tcp_socket.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr size_t kReadSize = 65536;
constexpr int kReadsInARow = 16;  // then others have their turn

bool is_for_later(int fault) { return fault == EAGAIN || fault == EINTR; }

}  // namespace

Conversation::Conversation(EventLoop& loop, FileDescriptor socket, std::unique_ptr<Connection> connection,
                           Handlers handlers)
    : loop_(loop),
      socket_(std::move(socket)),
      peer_(peer_name(socket_.get())),
      connection_(std::move(connection)),
      handlers_(std::move(handlers)) {
  const int on = 1;  // answers are small, and waited for
  setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  connection_->on_output([this] { write_soon(); });
  tick();
  write_soon();
}

void Conversation::handle(uint32_t events) {
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read();
  write();
  settle();
}

void Conversation::read() {
  uint8_t buffer[kReadSize];
  for (int i = 0; i < kReadsInARow && !ended_ && connection_->wants_input(); i++) {
    const ssize_t size = recv(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (size < 0 && is_for_later(errno)) return;
    if (size < 0) return end(strerror(errno));
    if (size == 0) return end("it has closed the connection");
    connection_->receive({buffer, static_cast<size_t>(size)}, monotonic_now());
    if (connection_->closed()) return;
  }
}

void Conversation::write() {
  while (!ended_ && !connection_->output().empty()) {
    const auto output = connection_->output();
    const ssize_t size = send(socket_.get(), output.data(), output.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size < 0 && is_for_later(errno)) return;
    if (size < 0) return end(strerror(errno));
    connection_->drop_output(static_cast<size_t>(size));
  }
}

// Output comes to be within the agent's handlers, where nothing may be done.
void Conversation::write_soon() {
  if (writing_) return;
  writing_ = loop_.after(Duration{}, [this] {
    writing_.cancel();
    write();
    settle();
  });
}

void Conversation::tick() {
  const TimePoint now = monotonic_now();
  connection_->tick(now);
  settle();
  if (!ended_)
    ticking_ =
        loop_.at(std::max(connection_->deadline(), now + std::chrono::milliseconds(1)), [this] { tick(); });
}

void Conversation::settle() {
  if (ended_) return;
  if (agreed() && !std::exchange(was_agreed_, true) && handlers_.on_agreed) handlers_.on_agreed();
  if (connection_->closed()) return end(*connection_->closed());
  const uint32_t wanted = (connection_->wants_input() ? uint32_t{EPOLLIN} : 0) |
                          (connection_->output().empty() ? 0 : uint32_t{EPOLLOUT});
  if (wanted == watched_ && watch_) return;
  watched_ = wanted;
  watch_.cancel();
  watch_ = loop_.watch(socket_.get(), wanted, [this](uint32_t events) { handle(events); });
}

void Conversation::end(const std::string& reason) {
  if (std::exchange(ended_, true)) return;
  watch_.cancel();
  ticking_.cancel();
  writing_.cancel();
  ending_ = loop_.after(Duration{}, [this, reason] { handlers_.on_end(reason); });
}

}  // namespace flowbed::sw::ofp
