#include "core/engine/name_files.hh"

#include "core/base/fd.hh"

namespace flowbed {

NameFiles::NameFiles(std::string folder) : folder_(std::move(folder)) { update(Topology{}); }

void NameFiles::update(const Topology& topology) {
  std::string text = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n";
  for (const Node& node : topology.nodes) {
    for (const Interface& interface : node.interfaces) {
      for (const IpPrefix& prefix : interface.addresses) {
        text += prefix.address.to_string() + ' ' + node.name;
        if (&interface != &node.interfaces.front()) text += ' ' + interface.name;
        text += '\n';
      }
    }
  }
  write_file(hosts_file(), text);
}

// Without a name server a look-up must fail at once, not after the resolver's patience with 127.0.0.1.
std::string NameFiles::resolv_file(const Node* node) {
  std::string text = "# Flowbed: names of nodes are in /etc/hosts.\n";
  if (node == nullptr || node->nameservers.empty()) {
    text +=
        "# This host has no name server; a topology gives it one by \"nameservers\".\noptions timeout:1 "
        "attempts:1\n";
  } else {
    for (const IpAddress& server : node->nameservers) text += "nameserver " + server.to_string() + '\n';
  }
  const std::string path = folder_ + "/resolv." + (node == nullptr ? "conf" : node->name);
  write_file(path, text);
  return path;
}

}  // namespace flowbed
