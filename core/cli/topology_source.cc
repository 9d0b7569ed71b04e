#include "core/cli/topology_source.hh"

#include <filesystem>

#include "core/base/error.hh"
#include "core/base/fd.hh"
#include "core/cli/program.hh"
#include "core/topo/builders.hh"
#include "core/topo/controllers.hh"
#include "core/topo/json.hh"
#include "core/topo/link_schedule.hh"

namespace flowbed {
namespace {

void throw_faults(const std::string& source, const std::vector<Fault>& faults) {
  if (faults.empty()) return;
  std::string text = to_string(faults);
  while (text.ends_with('\n')) text.pop_back();
  throw Error(source + " does not describe a network:\n" + text);
}

Topology topology_from_file(const std::string& path) {
  const ReadResult read = load_topology(read_file(path));
  throw_faults(path, read.faults);
  Topology topology = read.topology;
  const auto folder = std::filesystem::absolute(path).parent_path();
  topology.tls = absolute(topology.tls, folder);
  for (Link& link : topology.links) {
    for_each_shape(link, [&](LinkShape& shape) {
      if (shape.trace) shape.trace = (folder / *shape.trace).string();
    });
  }
  return topology;
}

Topology topology_from_builder(const std::string& spec) {
  try {
    return build_topology(spec);
  } catch (const Error& fault) {
    throw UsageError(std::string("--topo: ") + fault.what());
  }
}

void limit_hosts(Topology& topology, const HostLimits& limits) {
  for (Node& node : topology.nodes) {
    if (node.kind == NodeKind::host) node.limits = limits;
  }
}

void shape_links(Topology& topology, const LinkShape& shape) {
  for (Link& link : topology.links) {
    if (is_ever_shaped(link)) continue;
    link.shape = shape;
    if (shape.trace) link.shape.trace = std::filesystem::absolute(*shape.trace).string();
  }
}

void set_spanning_tree(Topology& topology, bool on) {
  for (Node& node : topology.nodes) node.stp = on && node.kind == NodeKind::switch_;
}

}  // namespace

Topology wanted_topology(const Options& options) {
  const bool is_file = options.topo.find_first_of("./") != std::string::npos;
  Topology topology = is_file ? topology_from_file(options.topo) : topology_from_builder(options.topo);
  if (options.ipbase) topology.options.ipbase = *options.ipbase;
  if (options.ipv6) topology.options.ipv6 = true;
  if (options.mac) topology.options.auto_mac = true;
  if (options.arp) topology.options.static_arp = true;
  if (options.host_limits) limit_hosts(topology, *options.host_limits);
  shape_links(topology, options.link);
  if (options.seed) topology.options.seed = options.seed;
  if (options.link_backend) topology.options.link_backend = *options.link_backend;
  if (options.stp) set_spanning_tree(topology, *options.stp);
  topology = with_openflow(std::move(topology), options.openflow);
  throw_faults(options.topo, validate(topology));
  return complete(topology);
}

}  // namespace flowbed
