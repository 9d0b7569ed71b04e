// Attempts: whether this machine allows something is found out by doing it, for settings, security modules
// and containers forbid in more ways than anybody can list.
//
// An attempt runs in a forked child that ends with it, within namespaces of its own where it changes
// anything; so nothing is left, whatever happens. (A kernel module that the attempt had the kernel load stays
// loaded, as it would after real use.) One that hangs is killed and counts as failed.
#pragma once

#include <functional>
#include <string>

#include "core/base/clock.hh"

namespace flowbed {

struct Outcome {
  bool worked = false;
  std::string text;  // what the attempt returned; or why it failed
};

// `body` fails by throwing. It and whatever it forks are killed after `limit`.
Outcome attempt(const std::function<std::string()>& body, Duration limit = std::chrono::seconds(3));

// The namespaces that a network has, for the calling child: user namespace (unless it has the machine's
// privileges), network, mount, UTS and IPC. Its children get a PID namespace. Throws Error.
void enter_private_namespaces();

}  // namespace flowbed
