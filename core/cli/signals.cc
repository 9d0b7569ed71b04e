#include "core/cli/signals.hh"

#include <atomic>

#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

// SIGPIPE is among them only so that it does not end us.
constexpr int kHandled[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGQUIT, SIGPIPE};
std::atomic<bool> came[NSIG];
std::atomic<int> wake_fd{-1};

void on_signal(int signal) {
  const int saved_errno = errno;
  came[signal] = true;
  // Wakes a loop that is about to wait; a full pipe wakes it as well.
  if (wake_fd >= 0) [[maybe_unused]]
    const ssize_t n = write(wake_fd, "", 1);
  errno = saved_errno;
}

void drain(int fd) {
  char bytes[64];
  while (read(fd, bytes, sizeof bytes) > 0) {
  }
}

void set_handlers(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  for (const int signal : kHandled) check_syscall("sigaction", sigaction(signal, &action, nullptr));
}

}  // namespace

Signals::Signals(EventLoop& loop) : pipe_(make_pipe()) {
  set_nonblocking(pipe_.first.get());
  set_nonblocking(pipe_.second.get());
  watch_ = loop.watch(pipe_.first.get(), EPOLLIN, [this](uint32_t) { drain(pipe_.first.get()); });
  wake_fd = pipe_.second.get();
  set_handlers(on_signal);
}

Signals::~Signals() {
  set_handlers(SIG_DFL);
  wake_fd = -1;
}

bool Signals::take(int signal) { return came[signal].exchange(false); }
bool Signals::pending(int signal) { return came[signal]; }

int Signals::ending() {
  if (pending(SIGTERM)) return SIGTERM;
  return pending(SIGHUP) ? SIGHUP : 0;
}

}  // namespace flowbed
