// NeighbourRoom: sees to it that all hosts of a network can talk to all others, though the kernel has one
// table of neighbours for all namespaces of the machine.
//
// Root makes room before a network grows (core/os/neighbour_limit.hh), before the engine leaves the machine's
// namespaces; it is released by whoever is left at the end: the engine, the warden or init. Where no room can
// be made and the network might need more than there is, its hosts share it: they forget sooner whom they
// have talked to. A table that is full drops packets.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/os/kernel.hh"
#include "core/os/neighbour_limit.hh"
#include "core/topo/neighbour_need.hh"
#include "core/topo/plan.hh"

namespace flowbed {

class NeighbourRoom {
 public:
  // For the calling process. The limits are those of the machine's own namespace, in which it still is.
  explicit NeighbourRoom(bool may_raise_limits, NeighbourCounts limits = NeighbourLimit::current());

  void make_for(const Topology& completed);           // never less than before; a failure does no harm
  void share(Kernel& kernel, const Inventory& made);  // what was made room for is there now; likewise
  void release() const noexcept;
  std::vector<int> fds() const;

 private:
  bool suffices() const;

  std::optional<NeighbourLimit> limit_;  // root's
  std::string user_;
  NeighbourCounts room_;  // for all networks
  NeighbourNeed needed_;
  std::set<int> sharing_;  // ifindexes: no two of a network are alike
};

}  // namespace flowbed
