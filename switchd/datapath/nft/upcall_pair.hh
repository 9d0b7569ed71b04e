// UpcallPair: the veth pair by which packets that the kernel has no answer for come to user space.
#pragma once

#include <string>

#include "switchd/flow/numbers.hh"

namespace flowbed::sw {

struct UpcallPair {
  std::string kernel_name, user_name;  // packets are sent to the first, and read from the second
  IfIndex kernel_end{}, user_end{};
};

// Makes it in this namespace, in place of one that a predecessor has left. It goes with the namespace. Throws
// SystemError.
UpcallPair make_upcall_pair();
void remove_upcall_pair() noexcept;  // if it is there

}  // namespace flowbed::sw
