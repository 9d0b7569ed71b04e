#include "switchd/confinement.hh"

#include <cerrno>
#include <initializer_list>
#include <memory>

#include <fcntl.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {

using Filter = std::unique_ptr<void, void (*)(scmp_filter_ctx)>;

constexpr int kMemory[] = {SCMP_SYS(brk),      SCMP_SYS(mmap),   SCMP_SYS(munmap),
                           SCMP_SYS(mprotect), SCMP_SYS(mremap), SCMP_SYS(madvise)};
constexpr int kDescriptors[] = {SCMP_SYS(read),  SCMP_SYS(readv),  SCMP_SYS(pread64),
                                SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close),
                                SCMP_SYS(fstat), SCMP_SYS(lseek),  SCMP_SYS(newfstatat)};
constexpr int kSockets[] = {
    SCMP_SYS(recvfrom),   SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg),    SCMP_SYS(sendto),   SCMP_SYS(sendmsg),
    SCMP_SYS(sendmmsg),   SCMP_SYS(bind),    SCMP_SYS(getsockname), SCMP_SYS(shutdown), SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt), SCMP_SYS(accept4), SCMP_SYS(getpeername)};
constexpr int kChannels[] = {SCMP_SYS(connect), SCMP_SYS(listen)};
constexpr int kWaiting[] = {
    SCMP_SYS(epoll_wait),    SCMP_SYS(epoll_pwait),  SCMP_SYS(epoll_pwait2),    SCMP_SYS(epoll_ctl),
    SCMP_SYS(poll),          SCMP_SYS(ppoll),        SCMP_SYS(futex),           SCMP_SYS(clock_nanosleep),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(restart_syscall), SCMP_SYS(sched_yield)};
constexpr int kSelf[] = {SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
                         SCMP_SYS(sigaltstack),  SCMP_SYS(getpid),         SCMP_SYS(gettid),
                         SCMP_SYS(getrandom),    SCMP_SYS(exit),           SCMP_SYS(exit_group)};
constexpr int kIntruders[] = {SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),   SCMP_SYS(vfork),
                              SCMP_SYS(clone),  SCMP_SYS(clone3),   SCMP_SYS(kill),   SCMP_SYS(ptrace),
                              SCMP_SYS(mount),  SCMP_SYS(setns),    SCMP_SYS(unshare)};

void check(int rv) {
  if (rv < 0) throw SystemError("set up the filter of system calls", -rv);
}

template <size_t size>
void add(const Filter& filter, uint32_t action, const int (&calls)[size]) {
  for (const int call : calls) check(seccomp_rule_add(filter.get(), action, call, 0));
}

Filter make_filter(TcpSockets sockets) {
  Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release);
  if (!filter) throw Error("set up the filter of system calls: out of memory");
  add(filter, SCMP_ACT_ALLOW, kMemory);
  add(filter, SCMP_ACT_ALLOW, kDescriptors);
  add(filter, SCMP_ACT_ALLOW, kSockets);
  add(filter, SCMP_ACT_ALLOW, kWaiting);
  add(filter, SCMP_ACT_ALLOW, kSelf);
  add(filter, SCMP_ACT_KILL_PROCESS, kIntruders);
  // fcntl could have signals sent to others, too. Interfaces are listed by netlink; abort signals itself.
  for (const scmp_datum_t command : {F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC}) {
    check(
        seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, command, 0)));
  }
  check(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                         SCMP_A0(SCMP_CMP_EQ, AF_NETLINK, 0)));
  if (sockets == TcpSockets::kAllowed) {
    add(filter, SCMP_ACT_ALLOW, kChannels);
    for (const scmp_datum_t family : {AF_INET, AF_INET6})
      check(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                             SCMP_A0(SCMP_CMP_EQ, family, 0)));
  }
  check(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                         SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()), 0)));
  return filter;
}

void drop_capabilities(NetworkRights rights) {
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct kept[2]{};
  if (rights == NetworkRights::kAdministration) kept[0].effective = kept[0].permitted = 1u << CAP_NET_ADMIN;
  check_syscall("drop capabilities", static_cast<int>(syscall(SYS_capset, &header, kept)));
}

}  // namespace

void confine(TcpSockets sockets, NetworkRights rights) {
  const Filter filter = make_filter(sockets);
  check_syscall("forbid new privileges", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  drop_capabilities(rights);
  check(seccomp_load(filter.get()));
}

}  // namespace flowbed::sw
