// Task<T>: a coroutine that an EventLoop drives.
//
// Work that waits (for a descriptor, a deadline, a process, a reply) is written straight down with co_await
// and runs on the loop's thread. A Task starts when it is awaited, or when `spawn` hands it to nobody; it is
// move-only, and destroying it destroys what it awaits, so that an abandoned measurement closes its sockets.
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/event_loop.hh"

namespace flowbed {

template <class T = void>
class Task;

namespace detail {

struct PromiseBase {
  std::coroutine_handle<> awaiting;
  std::exception_ptr fault;

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) noexcept {
      const auto next = self.promise().awaiting;
      return next ? next : std::noop_coroutine();
    }
    void await_resume() noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  void unhandled_exception() { fault = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  template <class U>
  void return_value(U&& u) {
    value.emplace(std::forward<U>(u));
  }
  T take() { return std::move(*value); }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() {}
  void take() {}
};

}  // namespace detail

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return handle_.done(); }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    handle_.promise().awaiting = awaiting;
    return handle_;
  }
  T await_resume() {
    if (handle_.promise().fault) std::rethrow_exception(handle_.promise().fault);
    return handle_.promise().take();
  }

 private:
  Handle handle_;
};

template <class T>
Task<T> detail::Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline Task<void> detail::Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}

namespace detail {

// A coroutine that owns itself: it starts at once and frees itself at its end.
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }  // `spawn` has caught everything
  };
  std::coroutine_handle<promise_type> handle;
};

template <class T>
Detached run_detached(Task<T> task, std::function<void(std::exception_ptr)> on_end) {
  std::exception_ptr fault;
  try {
    co_await task;
  } catch (...) {
    fault = std::current_exception();
  }
  if (on_end) on_end(fault);
}

}  // namespace detail

// Starts `task` now and lets it run to its end; `on_end` gets its exception or null.
template <class T>
void spawn(Task<T> task, std::function<void(std::exception_ptr)> on_end = {}) {
  detail::run_detached(std::move(task), std::move(on_end));
}

// Tasks that run by themselves, but at most as long as this lives: abandoning one, or destroying the group,
// destroys it wherever it waits. Not to be done by a task to itself.
class TaskGroup {
 public:
  using OnEnd = std::function<void(std::exception_ptr)>;  // may destroy the group

  TaskGroup() = default;
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup() {
    while (!tasks_.empty()) abandon(tasks_.begin()->first);
  }

  // Starts `task` now; `on_end` gets its exception or null, and is not called for an abandoned one.
  uint64_t start(Task<void> task, OnEnd on_end = {}) {
    const uint64_t key = next_key_++;
    const auto handle = own(std::move(task)).handle;
    handle.promise().group = this;
    handle.promise().key = key;
    tasks_.emplace(key, Entry{handle, std::move(on_end)});
    handle.resume();
    return key;
  }
  void abandon(uint64_t key) {
    if (auto entry = tasks_.extract(key)) entry.mapped().handle.destroy();
  }

 private:
  struct Owned {
    struct promise_type {
      struct Leave {
        bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<promise_type> self) noexcept {
          self.promise().group->end(self.promise().key);
        }
        void await_resume() noexcept {}
      };
      Owned get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
      std::suspend_always initial_suspend() noexcept { return {}; }
      Leave final_suspend() noexcept { return {}; }
      void return_void() {}
      void unhandled_exception() { fault = std::current_exception(); }
      TaskGroup* group = nullptr;
      uint64_t key = 0;
      std::exception_ptr fault;
    };
    std::coroutine_handle<promise_type> handle;
  };
  struct Entry {
    std::coroutine_handle<Owned::promise_type> handle;
    OnEnd on_end;
  };

  static Owned own(Task<void> task) { co_await task; }

  void end(uint64_t key) {
    auto entry = tasks_.extract(key);
    const std::exception_ptr fault = entry.mapped().handle.promise().fault;
    entry.mapped().handle.destroy();
    if (entry.mapped().on_end) entry.mapped().on_end(fault);
  }

  uint64_t next_key_ = 1;
  std::map<uint64_t, Entry> tasks_;
};

// co_await when_all(std::move(tasks)): runs them side by side; afterwards throws the first fault, if there
// was one.
class WhenAll {
 public:
  explicit WhenAll(std::vector<Task<void>> tasks) : tasks_(std::move(tasks)), left_(tasks_.size()) {}
  bool await_ready() const noexcept { return tasks_.empty(); }
  bool await_suspend(std::coroutine_handle<> self) {
    left_++;  // this function's own share, so that tasks that end at once do not resume us early
    for (Task<void>& task : tasks_) {
      running_.start(std::move(task), [this, self](std::exception_ptr fault) {
        if (fault && !fault_) fault_ = fault;
        if (--left_ == 0) self.resume();
      });
    }
    return --left_ > 0;
  }
  void await_resume() const {
    if (fault_) std::rethrow_exception(fault_);
  }

 private:
  std::vector<Task<void>> tasks_;
  size_t left_;
  std::exception_ptr fault_;
  TaskGroup running_;
};
inline WhenAll when_all(std::vector<Task<void>> tasks) { return WhenAll(std::move(tasks)); }

// co_await sleep_for(loop, 10ms)
class SleepAwaiter {
 public:
  SleepAwaiter(EventLoop& loop, Duration delay) : loop_(loop), delay_(delay) {}
  bool await_ready() const noexcept { return delay_.count() <= 0; }
  void await_suspend(std::coroutine_handle<> self) {
    timer_ = loop_.after(delay_, [self] { self.resume(); });
  }
  void await_resume() noexcept {}

 private:
  EventLoop& loop_;
  Duration delay_;
  EventLoop::Registration timer_;
};
inline SleepAwaiter sleep_for(EventLoop& loop, Duration delay) { return {loop, delay}; }

// co_await ready(loop, fd, EPOLLIN, deadline) → true if the descriptor became ready, false at the deadline.
class ReadyAwaiter {
 public:
  ReadyAwaiter(EventLoop& loop, int fd, uint32_t events, std::optional<TimePoint> deadline)
      : loop_(loop), fd_(fd), events_(events), deadline_(deadline) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> self) {
    watch_ = loop_.watch(fd_, events_, [this, self](uint32_t) { finish(self, true); });
    if (deadline_) timer_ = loop_.at(*deadline_, [this, self] { finish(self, false); });
  }
  bool await_resume() const noexcept { return ready_; }

 private:
  void finish(std::coroutine_handle<> self, bool ready) {
    ready_ = ready;
    watch_.cancel();
    timer_.cancel();
    self.resume();
  }

  EventLoop& loop_;
  int fd_;
  uint32_t events_;
  std::optional<TimePoint> deadline_;
  EventLoop::Registration watch_, timer_;
  bool ready_ = false;
};
inline ReadyAwaiter ready(EventLoop& loop, int fd, uint32_t events, std::optional<TimePoint> deadline = {}) {
  return {loop, fd, events, deadline};
}

}  // namespace flowbed
