// UpcallPair: the veth pair by which packets that the kernel has no answer for come to user space.
#pragma once

#include <string>

#include "switchd/flow/numbers.hh"

namespace flowbed::sw {

class UpcallPair {
 public:
  // Makes it in this namespace, in place of one that a predecessor has left. Throws SystemError.
  UpcallPair();
  ~UpcallPair();  // else it goes with the namespace
  UpcallPair(const UpcallPair&) = delete;
  UpcallPair& operator=(const UpcallPair&) = delete;

  // Packets are sent to the first, and read from the second.
  IfIndex kernel_end() const { return kernel_end_; }
  IfIndex user_end() const { return user_end_; }
  static const std::string& kernel_name();

 private:
  void remove() noexcept;

  IfIndex kernel_end_{}, user_end_{};
};

}  // namespace flowbed::sw
