// NodeIndex: nodes by name, so that walking the links costs no search through all nodes.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>

#include "core/topo/topology.hh"

namespace flowbed {

class NodeIndex {
 public:
  // Refers to the nodes' names: valid as long as `nodes` is neither moved nor changed. Of equal names the
  // first counts.
  explicit NodeIndex(const std::vector<Node>& nodes) {
    by_name_.reserve(nodes.size());
    for (size_t i = 0; i < nodes.size(); i++) by_name_.emplace(nodes[i].name, i);
  }

  std::optional<size_t> find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::unordered_map<std::string_view, size_t> by_name_;
};

}  // namespace flowbed
