#include "switchd/openflow/channel/conversation.hh"

#include "core/base/error.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr size_t kReadSize = 65536;
constexpr const char* kClosed = "it has closed the connection";
constexpr int kReadsInARow = 16;  // then others have their turn

}  // namespace

Conversation::Conversation(EventLoop& loop, std::unique_ptr<ByteStream> stream,
                           std::unique_ptr<Connection> connection, Handlers handlers)
    : loop_(loop),
      stream_(std::move(stream)),
      connection_(std::move(connection)),
      handlers_(std::move(handlers)) {
  connection_->on_output([this] { write_soon(); });
  tick();
  write_soon();
}

void Conversation::handle(uint32_t events) {
  move_bytes(events);
  settle();
}

void Conversation::move_bytes(uint32_t events) {
  moving_ = true;
  try {
    if (events & (stream_->read_waits_for() | EPOLLHUP | EPOLLERR)) read();
    write();
  } catch (const Error& fault) {
    end(fault.what());
  }
  moving_ = false;
}

void Conversation::read() {
  uint8_t buffer[kReadSize];
  for (int i = 0; i < kReadsInARow && !ended_ && connection_->wants_input(); i++) {
    const auto size = stream_->read(buffer);
    if (!size) return;
    if (*size == 0) return end(kClosed);
    connection_->receive({buffer, *size}, monotonic_now());
    if (connection_->closed()) return;
  }
}

void Conversation::write() {
  while (!ended_ && !connection_->output().empty()) {
    const auto size = stream_->write(connection_->output());
    if (!size) return;
    if (*size == 0) return end(kClosed);
    connection_->drop_output(*size);
  }
}

// Output comes to be within the agent's handlers, where nothing may be done. What answers this connection's
// own input goes out when that has been read.
void Conversation::write_soon() {
  if (writing_ || moving_) return;
  writing_ = loop_.after(Duration{}, [this] {
    writing_.cancel();
    handle(0);
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
  const uint32_t wanted = (connection_->wants_input() ? stream_->read_waits_for() : 0) |
                          (connection_->output().empty() ? 0 : stream_->write_waits_for());
  if (wanted == watched_ && watch_) return;
  watched_ = wanted;
  watch_.cancel();
  watch_ = loop_.watch(stream_->socket(), wanted, [this](uint32_t events) { handle(events); });
}

void Conversation::end(const std::string& reason) {
  if (std::exchange(ended_, true)) return;
  watch_.cancel();
  ticking_.cancel();
  writing_.cancel();
  ending_ = loop_.after(Duration{}, [this, reason] { handlers_.on_end(reason); });
}

}  // namespace flowbed::sw::ofp
