// NeighbourRoom: before a network grows, sees to it that all of its hosts can talk to all others.
//
// Only root's networks can do that (see core/os/neighbour_limit.hh), and only their wardens, which stay in
// the machine's own network namespace; others have to do with the room that there is, as pingall does.
#pragma once

#include "core/base/task.hh"
#include "core/engine/warden.hh"
#include "core/topo/neighbour_need.hh"

namespace flowbed {

class NeighbourRoom {
 public:
  explicit NeighbourRoom(Warden& warden) : warden_(warden) {}
  Task<void> make(const Topology& completed);  // never less than before; a failure is no harm

 private:
  Warden& warden_;
  NeighbourNeed made_;
};

}  // namespace flowbed
