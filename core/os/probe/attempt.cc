#include "core/os/probe/attempt.hh"

#include <csignal>
#include <optional>

#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"
#include "core/os/user_namespace.hh"

namespace flowbed {
namespace {

constexpr char kWorked = '+', kFailed = '-';

[[noreturn]] void run_child(const std::function<std::string()>& body, const FileDescriptor& answer) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::string text;
  try {
    text = kWorked + body();
  } catch (const std::exception& fault) {
    text = kFailed + std::string(fault.what());
  }
  (void)!write(answer.get(), text.data(), text.size());
  _exit(0);
}

// What the child writes until it ends; nothing if it has not ended by `deadline`.
std::optional<std::string> read_until(int fd, TimePoint deadline) {
  std::string text;
  char chunk[4096];
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - monotonic_now()).count();
    pollfd readable{fd, POLLIN, 0};
    if (left <= 0 || poll(&readable, 1, static_cast<int>(left)) == 0) return std::nullopt;
    const ssize_t n = read(fd, chunk, sizeof chunk);
    if (n <= 0) return text;
    text.append(chunk, static_cast<size_t>(n));
  }
}

// A process that the kernel holds fast cannot be waited for; it ends by itself some time.
void kill_and_reap(pid_t child) {
  constexpr int kPatience = 1000;  // milliseconds
  kill(-child, SIGKILL);
  kill(child, SIGKILL);
  const FileDescriptor pidfd = open_pidfd(child);
  pollfd ended{pidfd.get(), POLLIN, 0};
  if (poll(&ended, 1, kPatience) > 0) waitpid(child, nullptr, 0);
}

}  // namespace

Outcome attempt(const std::function<std::string()>& body, Duration limit) {
  FdPair answer = make_pipe();
  const pid_t child = check_syscall("fork", fork());
  if (child == 0) run_child(body, answer.second);
  answer.second.close();
  const auto text = read_until(answer.first.get(), monotonic_now() + limit);
  kill_and_reap(child);
  if (!text) return {false, "no answer from the kernel in time"};
  if (text->empty()) return {false, "the attempt was killed"};
  return {text->front() == kWorked, text->substr(1)};
}

void enter_private_namespaces() {
  if (!has_machine_privileges()) {
    const unsigned uid = geteuid(), gid = getegid();
    enter_user_namespace();
    map_single_id(uid, gid);
  }
  check_syscall("make network, mount, PID, UTS and IPC namespaces",
                unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC));
  check_syscall("detach mounts", mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
}

}  // namespace flowbed
