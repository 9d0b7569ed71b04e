// Sessions: a network from its start to its end, or a visit to one that runs.
#pragma once

#include "core/cli/options.hh"

namespace flowbed {

// Builds the network that the options ask for, tests it or gives the prompt, and ends it. Returns the exit
// status; throws Error.
int run_network(const Options& options);

}  // namespace flowbed
