// NeighbourLimit: room in the machine's neighbour tables for the networks of root.
//
// There is one table for each family, common to all namespaces, with room for 1,024 entries on most machines:
// 33 hosts that all talk fill it, and what does not fit is dropped. Root may raise the limits (gc_thresh3,
// and gc_thresh2, above which the kernel begins to forget), in the machine's own network namespace. All
// networks share them, so a record tells what they were at first and who needs how much; with the last one's
// release they are what they were before. One half is left to the machine itself.
//
// The files are opened once, so that any process that inherited them can release, in whatever namespace.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/fd.hh"
#include "core/os/neighbour_record.hh"

namespace flowbed {

class NeighbourLimit {
 public:
  static constexpr size_t kMost = 1 << 20;  // entries; with all in use the kernel takes half a gigabyte

  // `folder`: where the record is, common to all networks; made, for nobody but the caller, if it is missing.
  // `settings`: where the sysctls of networks are. What cannot be opened is left alone.
  explicit NeighbourLimit(const std::string& folder = "/run/flowbed",
                          const std::string& settings = kSettings);

  // The limits as they are, of either family; what most machines have where that cannot be read.
  static NeighbourCounts current(const std::string& settings = kSettings);

  // From now on the process `user` (process_name) needs so much, in place of what it needed before. Throws
  // Error where the record or the limits cannot be written.
  void need(const std::string& user, const NeighbourCounts& counts) const;
  // Whoever has died without is released, too.
  void release(const std::string& user) const noexcept;
  std::vector<int> fds() const;

 private:
  static constexpr const char* kSettings = "/proc/sys/net";

  struct Setting {
    std::string name;
    FileDescriptor file;
  };

  FileDescriptor lock_record() const;
  void update(const std::function<void(NeighbourRecord&)>& change) const;
  void plan_limits(NeighbourRecord& record) const;
  void set_limits(const NeighbourRecord& record) const;

  FileDescriptor folder_;
  std::vector<Setting> settings_;
};

}  // namespace flowbed
