// `flowbed doctor`: what this machine offers, what Flowbed uses of it, and what to do about each gap.
#pragma once

#include "core/cli/options.hh"

namespace flowbed {

// Prints the findings of flowbed-engine; needs no network and leaves nothing behind. kFine, or kFailed where
// no network can be made on this machine.
int examine_machine(const Options& options);

}  // namespace flowbed
