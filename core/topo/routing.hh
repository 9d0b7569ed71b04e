// What a route leads to and which interface carries it, as the kernel would find it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/topo/topology.hh"

namespace flowbed {

bool is_ipv6(const Route& route);

// Its destination as a prefix: the default route of IPv4 is 0.0.0.0/0.
IpPrefix destination(const Route& route);

// An interface as routing sees it.
struct Attachment {
  std::string_view name;
  const std::vector<IpPrefix>* addresses;
};

// The interface that carries the route, as a position among `attachments`: the one that the route names, or
// the one with the longest prefix around `via`. Nothing if the kernel would refuse: `via` must be on a
// network of the interface (a link-local one is, of any interface named).
std::optional<size_t> interface_towards(const std::vector<Attachment>& attachments, const Route& route);

std::vector<Attachment> attachments_of(const Node& node);

// An order in which equal sets of routes are equal lists.
bool route_before(const Route& a, const Route& b);

}  // namespace flowbed
