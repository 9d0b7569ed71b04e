#include "core/topo/controllers.hh"

#include <algorithm>
#include <iterator>

namespace flowbed {
namespace {
constexpr std::string_view kLoopback = "127.0.0.1";
}

TlsFiles absolute(TlsFiles files, const std::string& folder) {
  for (std::string* file : {&files.private_key, &files.certificate, &files.ca_certificate}) {
    if (!file->empty() && !file->starts_with('/')) *file = folder + "/" + *file;
  }
  return files;
}

std::vector<ControllerTarget> controller_targets(const Topology& topology) {
  std::vector<ControllerTarget> targets;
  for (const Node& node : topology.nodes) {
    if (node.kind != NodeKind::controller) continue;
    const auto address = IpAddress::parse(node.address.empty() ? kLoopback : node.address);
    const std::string place = !node.place.empty()    ? node.place
                              : node.program.empty() ? std::string(kMachine)
                                                     : std::string(kFabric);
    targets.push_back(
        {node.name, place, address.value_or(IpAddress{}), node.tcp_port, node.protocol == kTls});
  }
  return targets;
}

std::vector<ControllerTarget> targets_of(const Node& node, const std::vector<ControllerTarget>& all) {
  if (!node.controllers) return all;
  std::vector<ControllerTarget> some;
  std::ranges::copy_if(all, std::back_inserter(some), [&](const ControllerTarget& target) {
    return std::ranges::find(*node.controllers, target.name) != node.controllers->end();
  });
  return some;
}

}  // namespace flowbed
