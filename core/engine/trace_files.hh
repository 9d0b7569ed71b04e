// TraceFiles: the delivery traces of a network's links, read when a link first needs them. What happens to a
// file later changes nothing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/topo/topology.hh"

namespace flowbed {

class TraceFiles {
 public:
  // All that `topology` names. Throws Error with the place of the link, the fault and the remedy.
  void read(const Topology& topology);
  const std::vector<uint64_t>& find(const std::string& file) const { return traces_.at(file); }

 private:
  std::map<std::string, std::vector<uint64_t>> traces_;
};

}  // namespace flowbed
