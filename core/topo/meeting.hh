// Meeting: over which of their addresses two nodes talk to each other.
#pragma once

#include <optional>

#include "core/topo/topology.hh"

namespace flowbed {

struct MeetingEnd {
  const Interface* interface;
  IpPrefix address;
};

struct Meeting {
  MeetingEnd from, to;
};

// Where `from` has an interface in a network of `to`: that interface, and `to`'s address in that network, so
// that a host with several networks is reached at home. Elsewhere (behind a router) the first address of
// each. Nothing if one of them has no address of the family. The pointers are into the nodes.
std::optional<Meeting> meeting_of(const Node& from, const Node& to, bool v6);

// The address by which `from` reaches `to`: IPv4 if it has one (with `prefer_v6`, IPv6), else the other.
// `from` may be null or without addresses: then `to`'s first.
std::optional<IpAddress> address_towards(const Node* from, const Node& to, bool prefer_v6 = false);

}  // namespace flowbed
