// The topology that the options ask for.
#pragma once

#include "core/cli/options.hh"
#include "core/topo/topology.hh"

namespace flowbed {

// A builder's ("tree,2,3") or a file's ("lab.json": what has a "." or "/"), with the options laid over it.
// Complete and valid. Throws UsageError: no such builder; Error: all faults, each with its place.
Topology wanted_topology(const Options& options);

}  // namespace flowbed
