// NameFiles: the /etc/hosts and /etc/resolv.conf that hosts see. The files live in the network's private
// folder and are bound over the machine's in every host's view; they are rewritten in place, so running hosts
// see changes.
#pragma once

#include <string>

#include "core/topo/topology.hh"

namespace flowbed {

class NameFiles {
 public:
  explicit NameFiles(std::string folder);

  void update(const Topology& topology);  // every node's name, at its first addresses
  std::string hosts_file() const { return folder_ + "/hosts"; }
  std::string resolv_file(const Node* node);  // writes it; null: the fabric

 private:
  std::string folder_;
};

}  // namespace flowbed
