// wait_or_interrupt: waits for a reply of the network, but not longer than the person does.
#pragma once

#include <optional>
#include <utility>

#include <signal.h>

#include "core/base/error.hh"
#include "core/base/event_loop.hh"
#include "core/base/task.hh"
#include "core/cli/signals.hh"

namespace flowbed {

class Interrupted : public Error {
 public:
  Interrupted() : Error("interrupted") {}
};

namespace detail {

template <class T>
Task<void> store_value(Task<T> task, std::optional<T>& out) {
  out.emplace(co_await task);
}

}  // namespace detail

// Returns the task's value, throws what it threw, or throws Interrupted after SIGINT (taken), SIGTERM or
// SIGHUP (left pending). The engine is then told that nobody waits: a measurement ends, a change goes on.
template <class T>
T wait_or_interrupt(EventLoop& loop, Task<T> task) {
  std::optional<T> value;
  std::exception_ptr fault;
  bool ended = false;
  TaskGroup waiting;
  waiting.start(detail::store_value(std::move(task), value), [&](std::exception_ptr e) {
    fault = e;
    ended = true;
  });
  while (!ended) {
    if (Signals::take(SIGINT) || Signals::ending() != 0) throw Interrupted();
    loop.turn();
  }
  if (fault) std::rethrow_exception(fault);
  return std::move(*value);
}

}  // namespace flowbed
