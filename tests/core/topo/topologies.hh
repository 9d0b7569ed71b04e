// Small networks for tests, and random ones.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "core/topo/topology.hh"

namespace flowbed::test {

inline Node node(const std::string& name, NodeKind kind) {
  Node n;
  n.name = name;
  n.kind = kind;
  return n;
}
inline Node host(const std::string& name) { return node(name, NodeKind::host); }
inline Node router(const std::string& name) { return node(name, NodeKind::router); }
inline Node switch_node(const std::string& name) { return node(name, NodeKind::switch_); }

inline Link link(const std::string& a, const std::string& b, const std::string& a_interface = "",
                 const std::string& b_interface = "") {
  Link l;
  l.a.node = a;
  l.a.interface = a_interface;
  l.b.node = b;
  l.b.interface = b_interface;
  return l;
}

inline Interface interface(const std::string& name, std::initializer_list<const char*> addresses = {}) {
  Interface i;
  i.name = name;
  for (const char* a : addresses) i.addresses.push_back(*IpPrefix::parse(a));
  return i;
}

// h1 and h2 at s1.
inline Topology minimal_network() {
  Topology t;
  t.nodes = {host("h1"), host("h2"), switch_node("s1")};
  t.links = {link("h1", "s1"), link("h2", "s1")};
  return t;
}

// A random valid network that is not completed: hosts, routers with routes, switches with VLANs and mirrors,
// external switches, links up and down, IPv6 and static neighbours. Two of them share node names, so that one
// can become the other.
Topology random_network(std::mt19937_64& random);

}  // namespace flowbed::test
