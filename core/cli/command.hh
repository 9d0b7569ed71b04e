// Commands in nodes: one run from its start to its end.
//
// On a terminal the command gets a pty of its own, whose keys and output are relayed; so vim, htop and ssh
// work, and Ctrl-C reaches the command only. Otherwise it gets the caller's own descriptors, and signals are
// passed on.
#pragma once

#include <string>
#include <vector>

#include "core/cli/context.hh"

namespace flowbed {

// A request with the caller's environment, directory and umask; descriptors are still missing.
CommandRequest request_for(const std::string& node, std::vector<std::string> argv);

// Runs it, and returns its exit status or 128 + signal. Throws Error: it cannot start, or the network has
// gone.
int run_command(Context& context, CommandRequest request);

// Turns the loop until command `id` has ended. `each_turn` runs before each wait.
int wait_for_end(Context& context, uint64_t id, const std::function<void()>& each_turn);

}  // namespace flowbed
