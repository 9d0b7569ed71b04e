// Only for builds with the thread sanitizer, in the programs that enter namespaces.
//
// The sanitizer gives a forked child a thread of its own, and the kernel lets no process with threads enter a
// user or mount namespace. Our processes have one thread each, so there is nothing to watch in the child:
// this fork goes past the sanitizer's.
#include <csignal>

#include <sys/syscall.h>
#include <unistd.h>

extern "C" pid_t fork() {
  return static_cast<pid_t>(syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}
