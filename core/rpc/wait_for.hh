// wait_for: runs one Task to its end on a loop, for clients that have nothing else to do meanwhile.
#pragma once

#include <exception>
#include <optional>

#include "core/base/event_loop.hh"
#include "core/base/task.hh"

namespace flowbed {
namespace detail {

template <class T>
Task<void> store_result(Task<T> task, std::optional<T>& out) {
  out.emplace(co_await task);
}

inline void run_to_end(EventLoop& loop, Task<void> task) {
  bool ended = false;
  std::exception_ptr fault;
  spawn(std::move(task), [&](std::exception_ptr e) {
    ended = true;
    fault = e;
  });
  while (!ended) loop.turn();
  if (fault) std::rethrow_exception(fault);
}

}  // namespace detail

// Turns the loop until `task` has ended; returns its value or throws what it threw.
template <class T>
T wait_for(EventLoop& loop, Task<T> task) {
  std::optional<T> result;
  detail::run_to_end(loop, detail::store_result(std::move(task), result));
  return std::move(*result);
}
inline void wait_for(EventLoop& loop, Task<void> task) { detail::run_to_end(loop, std::move(task)); }

}  // namespace flowbed
