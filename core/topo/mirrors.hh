// Mirrors when ports go: what is left of them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/topo/topology.hh"

namespace flowbed {

// Without the ports for which `is_there` is false. A mirror that has lost its output or all its ports is gone
// as a whole: an empty list would mean all ports.
template <class Predicate>
std::vector<Mirror> mirrors_with(std::vector<Mirror> mirrors, Predicate is_there) {
  std::erase_if(mirrors, [&](Mirror& mirror) {
    const bool all_ports = mirror.ports.empty();
    std::erase_if(mirror.ports, [&](const std::string& port) { return !is_there(port); });
    return !is_there(mirror.output) || (mirror.ports.empty() && !all_ports);
  });
  return mirrors;
}

}  // namespace flowbed
