// NeighbourLimit: room in the machine's neighbour tables for the networks of root.
//
// The tables have room for 1,024 entries on most machines, which 33 hosts that all talk fill; what does not
// fit is dropped. Root may raise the limit (gc_thresh3, and gc_thresh2, above which the kernel begins to
// forget), in the machine's own network namespace. All networks share it, so a record tells what it was at
// first and who needs how much; with the last one's release it is what it was before.
#pragma once

#include <functional>
#include <string>

#include "core/os/neighbour_record.hh"

namespace flowbed {

class NeighbourLimit {
 public:
  // `record`: the file, common to all networks. `settings`: where the sysctls of networks are.
  explicit NeighbourLimit(std::string record = "/run/flowbed/neighbour-limits",
                          std::string settings = "/proc/sys/net");

  // From now on the process `user` needs so much, in place of what it needed before. Throws Error where the
  // record or the limits cannot be written.
  void need(int user, const NeighbourCounts& room) const;
  void release(int user) const noexcept;  // whoever has died without is released, too

 private:
  void update(const std::function<void(NeighbourRecord&)>& change) const;

  std::string record_, settings_;
};

}  // namespace flowbed
