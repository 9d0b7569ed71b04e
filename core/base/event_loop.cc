#include "core/base/event_loop.hh"

#include <algorithm>
#include <span>

#include <sys/epoll.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

// Negative: without end. To the nanosecond, but where a sandbox does not know epoll_pwait2 (Linux 5.11).
int wait_for_events(int epoll, std::span<epoll_event> events, Duration max_wait) {
  const auto room = static_cast<int>(events.size());
  const bool endless = max_wait.count() < 0;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(max_wait);
  const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (max_wait - seconds).count()};
  int n = epoll_pwait2(epoll, events.data(), room, endless ? nullptr : &limit, nullptr);
  if (n < 0 && (errno == ENOSYS || errno == EPERM)) {
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(max_wait).count();
    n = epoll_wait(epoll, events.data(), room, endless ? -1 : static_cast<int>(milliseconds));
  }
  if (n < 0 && errno != EINTR) throw SystemError("wait for events", errno);
  return n;
}

}  // namespace

EventLoop::Registration::Registration(Registration&& other) noexcept
    : loop_(std::exchange(other.loop_, nullptr)), id_(other.id_) {}

EventLoop::Registration& EventLoop::Registration::operator=(Registration&& other) noexcept {
  if (this != &other) {
    cancel();
    loop_ = std::exchange(other.loop_, nullptr);
    id_ = other.id_;
  }
  return *this;
}

void EventLoop::Registration::cancel() noexcept {
  if (EventLoop* loop = std::exchange(loop_, nullptr)) loop->cancel(id_);
}

EventLoop::EventLoop() : epoll_(check_syscall("epoll_create", epoll_create1(EPOLL_CLOEXEC))) {}
EventLoop::~EventLoop() = default;

EventLoop::Registration EventLoop::watch(int fd, uint32_t events, ReadyCallback callback) {
  const uint64_t id = next_id_++;
  epoll_event event{.events = events, .data = {.u64 = id}};
  check_syscall("epoll_ctl", epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event));
  watches_.emplace(id, Watch{fd, std::make_shared<ReadyCallback>(std::move(callback))});
  return {*this, id};
}

EventLoop::Registration EventLoop::at(TimePoint when, Callback callback) {
  const uint64_t id = next_id_++;
  timers_.emplace(std::pair(when, id), std::move(callback));
  timer_times_.emplace(id, when);
  return {*this, id};
}

void EventLoop::defer(Callback callback) { deferred_.push_back(std::move(callback)); }

void EventLoop::cancel(uint64_t id) noexcept {
  if (const auto watch = watches_.find(id); watch != watches_.end()) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, watch->second.fd, nullptr);
    watches_.erase(watch);
  } else if (const auto time = timer_times_.find(id); time != timer_times_.end()) {
    timers_.erase({time->second, id});
    timer_times_.erase(time);
  }
}

void EventLoop::run() {
  stopped_ = false;
  while (!stopped_) turn();
}

void EventLoop::turn(Duration max_wait) {
  run_deferred();
  if (stopped_) return;
  epoll_event events[64];
  const int n = wait_for_events(epoll_.get(), events, time_to_wait(max_wait));
  for (int i = 0; i < n; i++) {
    const uint64_t id = events[i].data.u64;  // a copy: the kernel packs the structure
    const auto watch = watches_.find(id);
    if (watch == watches_.end()) continue;  // removed by an earlier callback of this turn
    const auto callback = watch->second.callback;
    (*callback)(events[i].events);
  }
  run_timers();
  run_deferred();
}

void EventLoop::run_deferred() {
  while (!deferred_.empty()) {
    for (const Callback& callback : std::exchange(deferred_, {})) callback();
  }
}

void EventLoop::run_timers() {
  const TimePoint now = monotonic_now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    auto node = timers_.extract(timers_.begin());
    timer_times_.erase(node.key().second);
    node.mapped()();
  }
}

Duration EventLoop::time_to_wait(Duration max_wait) const {
  if (timers_.empty()) return max_wait;
  const Duration until = std::max(timers_.begin()->first.first - monotonic_now(), Duration(0));
  return max_wait.count() < 0 ? until : std::min(max_wait, until);
}

}  // namespace flowbed
