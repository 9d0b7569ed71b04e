#include "core/engine/echo_exchange.hh"

#include <sys/epoll.h>

namespace flowbed {

EchoExchange::EchoExchange(EventLoop& loop, bool v6, uint16_t identifier)
    : loop_(loop), socket_(v6, identifier) {
  watch_ = loop_.watch(socket_.fd(), EPOLLIN, [this](uint32_t) { receive(); });
}

class EchoExchange::Awaiter {
 public:
  Awaiter(EchoExchange& exchange, uint16_t sequence, Waiting& waiting, Duration timeout)
      : exchange_(exchange), sequence_(sequence), waiting_(waiting), timeout_(timeout) {}
  ~Awaiter() { exchange_.waiting_.erase(sequence_); }
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> self) {
    waiting_.resume = self;
    exchange_.waiting_[sequence_] = &waiting_;
    waiting_.timer = exchange_.loop_.after(timeout_, [this] { exchange_.finish(sequence_, std::nullopt); });
  }
  void await_resume() const noexcept {}

 private:
  EchoExchange& exchange_;
  uint16_t sequence_;
  Waiting& waiting_;
  Duration timeout_;
};

Task<std::optional<Duration>> EchoExchange::ping(IpAddress to, Duration timeout) {
  const uint16_t sequence = next_sequence_++;
  Waiting waiting;
  waiting.sent = monotonic_now();
  waiting.to = to;
  if (!socket_.send(to, sequence)) co_return std::nullopt;
  co_await Awaiter(*this, sequence, waiting, timeout);
  co_return waiting.round_trip;
}

void EchoExchange::receive() {
  while (const auto reply = socket_.receive()) {
    const auto waiting = waiting_.find(reply->sequence);
    if (waiting == waiting_.end() || waiting->second->to != reply->from) continue;
    finish(reply->sequence, monotonic_now() - waiting->second->sent);
  }
}

void EchoExchange::finish(uint16_t sequence, std::optional<Duration> round_trip) {
  const auto node = waiting_.extract(sequence);
  if (node.empty()) return;
  Waiting& waiting = *node.mapped();
  waiting.round_trip = round_trip;
  waiting.timer = loop_.after(Duration(0), [resume = waiting.resume] { resume.resume(); });
}

}  // namespace flowbed
