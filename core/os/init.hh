// Init: process 1 of a network's PID namespace, and so the life of everything that ever ran in its hosts.
//
// It reaps orphans and waits for the engine to end. When it ends itself, by then or by SIGKILL, the kernel
// ends every process of the namespace: daemons, setsid and nohup included.
#pragma once

#include <functional>

#include "core/os/process.hh"

namespace flowbed {

// Gives the calling process a new PID namespace for its children and forks init into it. From then on the
// caller cannot make threads. Init ends when the calling process does, and calls `at_end` before, when it has
// killed all others; that may use the descriptors `keep` and no others.
Process start_init(std::vector<int> keep, const std::function<void()>& at_end);

}  // namespace flowbed
