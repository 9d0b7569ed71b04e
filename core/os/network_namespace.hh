// Moving the calling thread between network namespaces.
#pragma once

#include <string>
#include <vector>

#include "core/base/fd.hh"

namespace flowbed {

FileDescriptor current_network_namespace();
FileDescriptor new_network_namespace();  // moves the thread into a new one, too

// The thread is inside `fd`'s namespace while this lives, then back in `home`.
class InNetworkNamespace {
 public:
  InNetworkNamespace(int fd, int home);
  ~InNetworkNamespace();
  InNetworkNamespace(const InNetworkNamespace&) = delete;
  InNetworkNamespace& operator=(const InNetworkNamespace&) = delete;

 private:
  int home_;
};

// Ids of the processes inside, other than the caller, as far as this process may look.
std::vector<int> processes_in_network_namespace(int fd);

// Writes a setting below /proc/sys in the thread's namespace. False where it is missing or read-only.
bool set_sysctl(const std::string& name, const std::string& value);

}  // namespace flowbed
