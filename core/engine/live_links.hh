// Live links: the network as the kernel has it, which may differ from what Flowbed made, because users change
// things inside their hosts ("h1 ip link set h1-eth0 down").
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/engine/local_network.hh"
#include "core/topo/link_words.hh"
#include "core/topo/node_index.hh"

namespace flowbed {

// The interfaces of all nodes that are asked for, each namespace read once. Valid as long as the topology.
class LiveInterfaces {
 public:
  LiveInterfaces(Kernel& kernel, const Topology& topology)
      : kernel_(kernel), nodes_(topology.nodes), index_(topology.nodes) {}
  // Null: there is none. `interface` is its full name.
  const LiveInterface* find(const std::string& node, const std::string& interface);
  // Raises the end of a link where it was taken down.
  void raise(const LinkEnd& end);

 private:
  using ByName = std::map<std::string, LiveInterface>;
  const ByName& read(const std::string& place);
  std::string namespace_of(const std::string& node) const;

  Kernel& kernel_;
  const std::vector<Node>& nodes_;
  NodeIndex index_;
  std::map<std::string, ByName> places_;  // by namespace; "" is the fabric
};

// Changes the links between `a` and `b` (edit.hh, change_links). Unlike apply, which leaves alone what users
// did in their hosts, "up" also raises an end that was taken down there: that is what was asked for. Throws
// Error if an end is gone.
Task<void> change_links_now(LocalNetwork& network, Kernel& kernel, std::string a, std::string b,
                            LinkWords words);

// {"links": [{"a", "b" (interfaces), "up", "by" ("veth", "ferry", "qdisc"), "a_to_b", "b_to_a"}], "seed"}; of
// each direction {"shape": in words} and what the ferry or the kernel tells of it.
//   ferry  "lost_before": packets of all links that were too many for it; "why": not the kernel, where that
//          was to be preferred
//   qdisc  "timer_ns": the resolution of the kernel's timers
// Of a link with a schedule "schedule": [{"at" (s after the start), "change", "done"}].
Task<Json> describe_links(const LocalNetwork& network, Kernel& kernel, LinkFerry& ferry, std::string a,
                          std::string b);

}  // namespace flowbed
