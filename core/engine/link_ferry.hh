// LinkFerry: what the engine needs of whoever emulates links; FerryProcess is the real one.
#pragma once

#include <string>

#include "core/base/channel.hh"
#include "core/base/task.hh"
#include "core/topo/plan.hh"

namespace flowbed {

// A link, with what only the inventory knows: the ifindexes of its inner ends.
struct FerryLinkState {
  FerryLink link;
  int a_ifindex = 0, b_ifindex = 0;
};

// What a recording calls the ends of its link.
struct LinkEndNames {
  std::string a, b;
};

class LinkFerry {
 public:
  virtual ~LinkFerry() = default;
  // Reads what links of this topology need, before any of them is put. Throws Error.
  virtual void prepare(const Topology& topology) = 0;
  virtual Task<void> put_link(FerryLinkState link) = 0;  // new or changed: what is on its way stays so
  virtual Task<void> remove_link(std::string name) = 0;
  virtual bool has_link(const std::string& name) const = 0;
  virtual Task<Json> describe_link(std::string name) = 0;  // see switchd/README.md

  // Until it is asked to end or the link goes. Throw Error if it is recorded already, or not.
  virtual Task<void> record_link(std::string name, FileDescriptor file, LinkEndNames ends) = 0;
  virtual Task<uint64_t> end_recording(std::string name) = 0;  // the number of lines
};

}  // namespace flowbed
