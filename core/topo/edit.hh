// Edits: a completed topology and a wish give the next topology, completed again. Pure functions; the engine
// then applies the difference.
//
// What was there keeps its names, numbers and addresses; what is new takes the next ones. All throw Error,
// naming the thing, the fault and the remedy, if the wish or its result is not valid.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/topo/link_words.hh"
#include "core/topo/topology.hh"

namespace flowbed {

// Unlinked interfaces of `node` are taken by its links to come, in their order: so a new host brings its
// address along.
Topology add_node(Topology topology, Node node);
// With an address, the interface at that end has it instead of the one it would get by itself.
struct EndAddresses {
  std::optional<IpPrefix> a, b;
};
Topology add_link(Topology topology, Link link, const EndAddresses& addresses = {});
// "10.0.0.9/24"; without a length, that of the network's own prefix (`ipbase`, `ip6base`).
IpPrefix address_in(const Topology& topology, const std::string& text);

// With its links and its place in the layout. Of the nodes at their other ends go the interfaces that these
// links had, with the routes over them and their part in mirrors; a controller goes from
// the lists of switches.
Topology remove_node(Topology topology, const std::string& name);

// Of a switch; none: all that there are.
Topology set_controllers(Topology topology, const std::string& node,
                         std::optional<std::vector<std::string>> controllers);

Topology set_limits(Topology topology, const std::string& node, const HostLimits& limits);

Topology set_exports(Topology topology, const std::string& switch_name, const FlowExports& exports);

// `a` and `b` are nodes, or interfaces where there are several links between the nodes (it says so then).
Topology remove_link(Topology topology, const std::string& a, const std::string& b);

// Positions in `topology.links` of those between nodes `a` and `b`, or of the one if `a` or `b` is an
// interface; throws Error if there is none.
std::vector<size_t> links_between(const Topology& topology, const std::string& a, const std::string& b);
// What is worth saying of the link added last: that there are others beside it, that an end has no address.
std::vector<std::string> notes_on_last_link(const Topology& topology);

// All links between nodes `a` and `b`; or one, if `a` or `b` is an interface.
Topology set_link_up(Topology topology, const std::string& a, const std::string& b, bool up);
Topology change_links(Topology topology, const std::string& a, const std::string& b, const LinkWords& words);

}  // namespace flowbed
