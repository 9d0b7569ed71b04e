// EventLoop: one thread waiting for descriptors and deadlines (epoll).
//
// Every process of Flowbed is one such loop. Callbacks run on the loop's thread, one at a time, and may add
// and remove watches and timers, their own included. All member functions except `stop` (async-signal-safe is
// not claimed either) belong to that thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/base/clock.hh"
#include "core/base/fd.hh"

namespace flowbed {

class EventLoop {
 public:
  using Callback = std::function<void()>;
  using ReadyCallback = std::function<void(uint32_t epoll_events)>;

  // Keeps a callback registered; its destruction ends that. Must not outlive the loop.
  class Registration {
   public:
    Registration() = default;
    Registration(EventLoop& loop, uint64_t id) : loop_(&loop), id_(id) {}
    Registration(Registration&& other) noexcept;
    Registration& operator=(Registration&& other) noexcept;
    ~Registration() { cancel(); }
    void cancel() noexcept;
    explicit operator bool() const { return loop_ != nullptr; }

   private:
    EventLoop* loop_ = nullptr;
    uint64_t id_ = 0;
  };

  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // `events`: EPOLLIN, EPOLLOUT, …; level-triggered. The loop does not own `fd`; one watch a descriptor.
  [[nodiscard]] Registration watch(int fd, uint32_t events, ReadyCallback callback);
  [[nodiscard]] Registration at(TimePoint when, Callback callback);  // once
  [[nodiscard]] Registration after(Duration delay, Callback callback) {
    return at(monotonic_now() + delay, std::move(callback));
  }
  void defer(Callback callback);  // before the loop waits next

  void run();  // until stop()
  void stop() { stopped_ = true; }
  // One turn: waits at most `max_wait` (negative: without end), runs what is due.
  void turn(Duration max_wait = Duration(-1));

 private:
  struct Watch {
    int fd;
    std::shared_ptr<ReadyCallback> callback;
  };

  void cancel(uint64_t id) noexcept;
  void run_deferred();
  void run_timers();
  Duration time_to_wait(Duration max_wait) const;

  FileDescriptor epoll_;
  uint64_t next_id_ = 1;
  std::unordered_map<uint64_t, Watch> watches_;
  std::map<std::pair<TimePoint, uint64_t>, Callback> timers_;
  std::unordered_map<uint64_t, TimePoint> timer_times_;
  std::vector<Callback> deferred_;
  bool stopped_ = false;
};

}  // namespace flowbed
