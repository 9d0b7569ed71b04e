#include "core/os/network_namespace.hh"

#include <exception>

#include <fcntl.h>
#include <sched.h>

#include "core/base/error.hh"

namespace flowbed {

FileDescriptor current_network_namespace() { return open_file("/proc/thread-self/ns/net", O_RDONLY); }

FileDescriptor new_network_namespace() {
  check_syscall("make a network namespace", unshare(CLONE_NEWNET));
  return current_network_namespace();
}

InNetworkNamespace::InNetworkNamespace(int fd, int home) : home_(home) {
  check_syscall("enter a network namespace", setns(fd, CLONE_NEWNET));
}

// Going on in a stranger's namespace would do harm there, so a failure to return ends the process.
InNetworkNamespace::~InNetworkNamespace() {
  if (setns(home_, CLONE_NEWNET) < 0) std::terminate();
}

bool set_sysctl(const std::string& name, const std::string& value) {
  return try_write_file("/proc/sys/" + name, value);
}

}  // namespace flowbed
