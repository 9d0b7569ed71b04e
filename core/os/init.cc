#include "core/os/init.hh"

#include <csignal>

#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"

namespace flowbed {
namespace {

// The whole namespace, as the kernel does when its process 1 ends, but before that.
void end_all_others() {
  if (getpid() == 1) kill(-1, SIGKILL);
}

[[noreturn]] void run_init(int engine_pidfd, std::vector<int> keep, const std::function<void()>& at_end) {
  prctl(PR_SET_NAME, "flowbed-init");
  setsid();
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  const int signals = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  keep.insert(keep.end(), {engine_pidfd, signals});
  close_all_except(std::move(keep));
  for (;;) {
    pollfd waits[] = {{engine_pidfd, POLLIN, 0}, {signals, POLLIN, 0}};
    if (poll(waits, 2, -1) < 0) continue;
    if (waits[0].revents != 0) {
      end_all_others();
      try {
        at_end();
      } catch (...) {
        _exit(1);  // never a second engine
      }
      _exit(0);
    }
    signalfd_siginfo info;
    while (read(signals, &info, sizeof info) > 0) continue;
    while (waitpid(-1, nullptr, WNOHANG) > 0) continue;
  }
}

}  // namespace

Process start_init(std::vector<int> keep, const std::function<void()>& at_end) {
  const FileDescriptor engine = open_pidfd(getpid());
  check_syscall("make a PID namespace", unshare(CLONE_NEWPID));
  const pid_t pid = check_syscall("fork init", fork());
  if (pid == 0) run_init(engine.get(), std::move(keep), at_end);
  return {pid, open_pidfd(pid)};
}

}  // namespace flowbed
