// Signals: what a person or the system sends to this process, as flags that the event loop sees.
//
// Handlers, not blocked signals: a handler vanishes on exec, so that programs started from here (the engine,
// xterm) begin with the usual dispositions. One object at a time.
#pragma once

#include "core/base/event_loop.hh"
#include "core/base/fd.hh"

namespace flowbed {

class Signals {
 public:
  explicit Signals(EventLoop& loop);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Whether `signal` came since the last call: SIGINT, SIGTERM, SIGHUP, SIGWINCH or SIGQUIT.
  static bool take(int signal);
  static bool pending(int signal);
  // The signal that asks the whole program to end (SIGTERM or SIGHUP), or 0. It stays pending.
  static int ending();

 private:
  FdPair pipe_;
  EventLoop::Registration watch_;
};

}  // namespace flowbed
