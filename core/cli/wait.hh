// wait_or_interrupt: waits for a reply of the network, but not longer than the person does.
#pragma once

#include <memory>
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
struct Outcome {
  std::optional<T> value;
  std::exception_ptr fault;
  bool ended = false;
};

template <class T>
Task<void> deliver(Task<T> task, std::shared_ptr<Outcome<T>> outcome) {
  outcome->value.emplace(co_await task);
}

}  // namespace detail

// Returns the task's value, throws what it threw, or throws Interrupted after SIGINT (taken), SIGTERM or
// SIGHUP (left pending). What was asked for then goes on; its answer is dropped.
template <class T>
T wait_or_interrupt(EventLoop& loop, Task<T> task) {
  const auto outcome = std::make_shared<detail::Outcome<T>>();
  spawn(detail::deliver(std::move(task), outcome), [outcome](std::exception_ptr fault) {
    outcome->fault = fault;
    outcome->ended = true;
  });
  while (!outcome->ended) {
    if (Signals::take(SIGINT) || Signals::ending() != 0) throw Interrupted();
    loop.turn();
  }
  if (outcome->fault) std::rethrow_exception(outcome->fault);
  return std::move(*outcome->value);
}

}  // namespace flowbed
