// The interfaces of a network namespace as they are at the moment.
#pragma once

#include <vector>

#include "core/os/kernel.hh"

namespace flowbed {

std::vector<LiveInterface> live_interfaces();  // of the calling thread's namespace, in the kernel's order

}  // namespace flowbed
