// EchoExchange: the echo requests of one host that are under way, each awaited by its own coroutine.
#pragma once

#include <coroutine>
#include <optional>
#include <unordered_map>

#include "core/base/event_loop.hh"
#include "core/base/task.hh"
#include "core/os/echo_socket.hh"

namespace flowbed {

class EchoExchange {
 public:
  // In the calling thread's network namespace.
  EchoExchange(EventLoop& loop, bool v6, uint16_t identifier);

  // The round-trip time, or nothing: unreachable, or no reply before `timeout`.
  Task<std::optional<Duration>> ping(IpAddress to, Duration timeout);

 private:
  struct Waiting {
    TimePoint sent;
    IpAddress to;
    std::coroutine_handle<> resume;
    std::optional<Duration> round_trip;
    EventLoop::Registration timer;
  };
  class Awaiter;

  void receive();
  void finish(uint16_t sequence, std::optional<Duration> round_trip);

  EventLoop& loop_;
  EchoSocket socket_;
  EventLoop::Registration watch_;
  uint16_t next_sequence_ = 1;
  std::unordered_map<uint16_t, Waiting*> waiting_;
};

}  // namespace flowbed
