#include "switchd/confinement.hh"

#include <csignal>
#include <functional>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/fd.hh"

namespace flowbed::sw {
namespace {

// Runs `attempt` in a confined child; its exit status, or 128 + the signal that ended it. The child says 0
// for success and the error number for a refusal.
int confined(const std::function<long()>& attempt) {
  const pid_t pid = fork();
  if (pid == 0) {
    try {
      confine();
    } catch (...) {
      _exit(99);
    }
    const long rv = attempt();
    _exit(rv < 0 ? errno : 0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

constexpr int kKilled = 128 + SIGSYS;

TEST(Confinement, LeavesWhatForwardingNeeds) {
  FdPair pair = make_socket_pair();
  EXPECT_EQ(confined([&] { return write(pair.first.get(), "x", 1); }), 0);
  const FileDescriptor opened_before(open("/proc/net/packet", O_RDONLY | O_CLOEXEC));
  char byte;
  EXPECT_EQ(confined([&] { return pread(opened_before.get(), &byte, 1, 0); }), 0);
  EXPECT_EQ(confined([&] { return fcntl(opened_before.get(), F_DUPFD_CLOEXEC, 10); }), 0);
  EXPECT_EQ(confined([] { return socket(AF_NETLINK, SOCK_RAW, 0); }), 0);
  EXPECT_EQ(confined([] { return std::string(1 << 20, 'x').size() == 1 << 20 ? 0 : -1; }), 0);
}

TEST(Confinement, RefusesFilesAndSockets) {
  const std::string file = testing::TempDir() + "flowbed-confinement-test";
  EXPECT_EQ(confined([&] { return open(file.c_str(), O_WRONLY | O_CREAT, 0600); }), EPERM);
  EXPECT_EQ(confined([&] { return open("/dev/null", O_RDWR); }), EPERM);
  EXPECT_EQ(confined([&] { return open("/etc/passwd", O_RDONLY); }), EPERM);
  EXPECT_EQ(confined([&] { return fcntl(STDIN_FILENO, F_SETOWN, getppid()); }), EPERM);
  EXPECT_EQ(confined([&] { return unlink("/nonexistent"); }), EPERM);
  EXPECT_EQ(confined([] { return socket(AF_INET, SOCK_STREAM, 0); }), EPERM);
  EXPECT_EQ(confined([] { return socket(AF_PACKET, SOCK_RAW, 0); }), EPERM);
  EXPECT_EQ(confined([] { return syscall(SYS_setuid, 0); }), EPERM);
}

TEST(Confinement, EndsWhoTriesMore) {
  EXPECT_EQ(confined([] { return execl("/bin/true", "true", nullptr); }), kKilled);
  EXPECT_EQ(confined([] { return static_cast<long>(fork()); }), kKilled);
  EXPECT_EQ(confined([] { return kill(getppid(), 0); }), kKilled);
  EXPECT_EQ(confined([] { return unshare(CLONE_NEWNET); }), kKilled);
  EXPECT_EQ(confined([] { return setns(0, 0); }), kKilled);
  EXPECT_EQ(confined([] { return mount("none", "/nonexistent", "tmpfs", 0, nullptr); }), kKilled);
  EXPECT_EQ(confined([] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }), kKilled);
}

TEST(Confinement, AnAbortStillEndsTheProcess) {
  EXPECT_EQ(confined([]() -> long { abort(); }), 128 + SIGABRT);
}

TEST(Confinement, NoCapabilityIsLeft) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root: nobody else may shrink the bounding set";
  FdPair pair = make_socket_pair();
  char byte = 0;
  const pid_t pid = fork();
  if (pid == 0) {
    confine();
    if (write(pair.second.get(), &byte, 1) == 1) (void)!read(pair.second.get(), &byte, 1);
    _exit(0);
  }
  ASSERT_EQ(read(pair.first.get(), &byte, 1), 1);
  const std::string status = read_file("/proc/" + std::to_string(pid) + "/status");
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
    EXPECT_THAT(status, testing::HasSubstr(std::string(set) + ":\t0000000000000000"));
  }
  EXPECT_THAT(status, testing::HasSubstr("NoNewPrivs:\t1"));
  ASSERT_EQ(write(pair.first.get(), &byte, 1), 1);
  waitpid(pid, nullptr, 0);
}

}  // namespace
}  // namespace flowbed::sw
