#include "core/os/network_namespace.hh"

#include <cstdlib>
#include <exception>
#include <filesystem>

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed {

FileDescriptor current_network_namespace() { return open_file("/proc/thread-self/ns/net", O_RDONLY); }

FileDescriptor new_network_namespace() {
  if (unshare(CLONE_NEWNET) < 0) {
    if (errno == ENOSPC)
      throw Error(
          "this machine allows no more network namespaces; its owner raises sysctl user.max_net_namespaces");
    throw SystemError("make a network namespace", errno);
  }
  return current_network_namespace();
}

InNetworkNamespace::InNetworkNamespace(int fd, int home) : home_(home) {
  check_syscall("enter a network namespace", setns(fd, CLONE_NEWNET));
}

// Going on in a stranger's namespace would do harm there, so a failure to return ends the process.
InNetworkNamespace::~InNetworkNamespace() {
  if (setns(home_, CLONE_NEWNET) < 0) std::terminate();
}

std::vector<int> processes_in_network_namespace(int fd) {
  struct stat wanted {};
  check_syscall("look at a network namespace", fstat(fd, &wanted));
  std::vector<int> inside;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const int pid = std::atoi(entry.path().filename().c_str());
    struct stat found {};
    if (pid <= 0 || pid == getpid() || stat((entry.path() / "ns/net").c_str(), &found) < 0) continue;
    if (found.st_ino == wanted.st_ino && found.st_dev == wanted.st_dev) inside.push_back(pid);
  }
  return inside;
}

bool set_sysctl(const std::string& name, const std::string& value) {
  return try_write_file("/proc/sys/" + name, value);
}

}  // namespace flowbed
