#include "core/topo/topology.hh"

#include <algorithm>

namespace flowbed {

const Node* Topology::find(const std::string& node) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const Node& n) { return n.name == node; });
  return found == nodes.end() ? nullptr : &*found;
}

Node* Topology::find(const std::string& node) {
  return const_cast<Node*>(static_cast<const Topology*>(this)->find(node));
}

bool runs_spanning_tree(const Topology& topology) {
  return std::ranges::any_of(topology.nodes, [](const Node& node) { return node.stp; });
}

const char* to_string(NodeKind kind) {
  switch (kind) {
    case NodeKind::host:
      return "host";
    case NodeKind::router:
      return "router";
    case NodeKind::switch_:
      return "switch";
    case NodeKind::external_switch:
      return "external-switch";
    case NodeKind::controller:
      return "controller";
  }
  return "?";
}

std::string to_string(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    if (!text.empty()) text += '\n';
    if (!fault.place.empty()) text += fault.place + ": ";
    text += fault.message;
  }
  return text;
}

const char* to_string(Scheduling sched) { return sched == Scheduling::rt ? "rt" : "cfs"; }

const char* to_string(LinkBackend backend) {
  if (backend == LinkBackend::qdisc) return "qdisc";
  return backend == LinkBackend::ferry ? "ferry" : "auto";
}

std::optional<LinkBackend> parse_link_backend(std::string_view text) {
  for (const LinkBackend backend : {LinkBackend::automatic, LinkBackend::qdisc, LinkBackend::ferry}) {
    if (text == to_string(backend)) return backend;
  }
  return std::nullopt;
}

}  // namespace flowbed
