#include "core/topo/controllers.hh"

namespace flowbed {
namespace {
constexpr std::string_view kLoopback = "127.0.0.1";
}

std::vector<ControllerTarget> controller_targets(const Topology& topology) {
  std::vector<ControllerTarget> targets;
  for (const Node& node : topology.nodes) {
    if (node.kind != NodeKind::controller) continue;
    const auto address = IpAddress::parse(node.address.empty() ? kLoopback : node.address);
    const std::string place = !node.place.empty()    ? node.place
                              : node.program.empty() ? std::string(kMachine)
                                                     : std::string(kFabric);
    targets.push_back({node.name, place, address.value_or(IpAddress{}), node.tcp_port});
  }
  return targets;
}

}  // namespace flowbed
