// NeighbourRoom: before a network grows, sees to it that all of its hosts can talk to all others.
//
// Only root can do that (core/os/neighbour_limit.hh); other networks have to do with the room that there is,
// as pingall does. It is made before the engine leaves the machine's namespaces, and released by whoever is
// left at the end: the engine, the warden or init.
#pragma once

#include <string>
#include <vector>

#include "core/os/neighbour_limit.hh"
#include "core/topo/neighbour_need.hh"

namespace flowbed {

class NeighbourRoom {
 public:
  NeighbourRoom();                       // for the calling process
  void make(const Topology& completed);  // never less than before; a failure does no harm
  void release() const noexcept;
  std::vector<int> fds() const { return limit_.fds(); }

 private:
  NeighbourLimit limit_;
  std::string user_;
  NeighbourNeed made_;
};

}  // namespace flowbed
