// Visits to networks that run already. Each returns the exit status and throws Error.
#pragma once

#include "core/cli/options.hh"

namespace flowbed {

int list_networks(const Options& options);
int attach_to_network(const Options& options);
int exec_in_network(const Options& options);  // the status of the command
int enter_network(const Options& options);
int stop_network(const Options& options);

}  // namespace flowbed
