// Which of two back ends emulates a link: the kernel's qdiscs, or Flowbed's ferry.
//
// The kernel's is netem (core/os/qdiscs.hh). What it would do otherwise than a link's options say is left to
// the ferry, so that a link does the same to packets whoever emulates it.
#pragma once

#include <string>

#include "core/topo/topology.hh"

namespace flowbed {

// What the running kernel's qdiscs can do for links.
struct QdiscCapabilities {
  bool netem = false;
  bool takes_seed = false;                           // since Linux 6.6
  std::string why_not = "this kernel has no netem";  // or why else it cannot be used, for a person
};

// Why qdiscs cannot emulate the link, now or later, for a person; empty: they can.
std::string why_not_by_qdiscs(const Link& link, const QdiscCapabilities& can);

// Of a link that does something to packets: whether the ferry emulates it.
bool is_by_ferry(const Link& link, LinkBackend backend, const QdiscCapabilities& can);

// Whether qdiscs decide something about each packet, or never do more than delay all of them.
bool ever_decides_per_packet(const Link& link);

}  // namespace flowbed
