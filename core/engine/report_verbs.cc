#include <map>
#include <sstream>

#include <unistd.h>

#include "core/base/fd.hh"
#include "core/engine/engine_verbs.hh"
#include "core/topo/ifname.hh"

namespace flowbed {
namespace {

using EndKey = std::pair<std::string, std::string>;  // node, interface

struct LinkOfEnd {
  LinkEnd peer;
  bool up;
};

std::map<EndKey, LinkOfEnd> links_by_end(const Topology& topology) {
  std::map<EndKey, LinkOfEnd> ends;
  for (const Link& link : topology.links) {
    ends[{link.a.node, link.a.interface}] = {link.b, link.up};
    ends[{link.b.node, link.b.interface}] = {link.a, link.up};
  }
  return ends;
}

Json interface_state(const Node& node, const Interface& interface, const std::map<EndKey, LinkOfEnd>& links) {
  Json addresses = Json::array();
  for (const IpPrefix& prefix : interface.addresses) addresses.push_back(prefix.to_string());
  const auto link = links.find({node.name, interface.name});
  Json peer;
  if (link != links.end())
    peer = {{"node", link->second.peer.node}, {"interface", link->second.peer.interface}};
  return {{"name", interface.name},
          {"kernel_name", kernel_ifname(interface.name)},
          {"port", interface.port ? Json(*interface.port) : Json()},
          {"mac", interface.mac ? Json(interface.mac->to_string()) : Json()},
          {"addresses", std::move(addresses)},
          {"up", link == links.end() || link->second.up},
          {"peer", std::move(peer)}};
}

Json pids_of(const VerbContext& context) {
  return {{"engine", getpid()},
          {"warden", context.warden_pid},
          {"init", context.init_pid},
          {"switchd", context.switches.pid()}};
}

Json state(const VerbContext& context) {
  const Topology& topology = context.network.current();
  const auto ends = links_by_end(topology);
  Json nodes = Json::array(), links = Json::array();
  for (const Node& node : topology.nodes) {
    Json interfaces = Json::array();
    for (const Interface& interface : node.interfaces)
      interfaces.push_back(interface_state(node, interface, ends));
    const bool running = node.kind != NodeKind::switch_ || context.switches.is_running(node.name);
    nodes.push_back({{"name", node.name},
                     {"kind", to_string(node.kind)},
                     {"running", running},
                     {"interfaces", std::move(interfaces)}});
  }
  const auto end_state = [](const LinkEnd& end, bool up) -> Json {
    return {{"node", end.node}, {"interface", end.interface}, {"up", up}};
  };
  for (const Link& link : topology.links) {
    links.push_back({{"a", end_state(link.a, link.up)}, {"b", end_state(link.b, link.up)}});
  }
  return {{"nodes", std::move(nodes)}, {"links", std::move(links)}, {"pids", pids_of(context)}};
}

// Resident memory of a process, in KiB; 0 where it cannot be read.
long resident_kb(int pid) {
  try {
    std::istringstream text(read_file("/proc/" + std::to_string(pid) + "/statm"));
    long total = 0, resident = 0;
    text >> total >> resident;
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
  } catch (const std::exception&) {
    return 0;
  }
}

Json status(const VerbContext& context) {
  std::map<NodeKind, int> count;
  for (const Node& node : context.network.current().nodes) count[node.kind]++;
  return {
      {"name", context.name},
      {"pids", pids_of(context)},
      {"uptime_s", to_seconds(monotonic_now() - context.started)},
      {"hosts", count[NodeKind::host] + count[NodeKind::router]},
      {"switches", count[NodeKind::switch_] + count[NodeKind::external_switch]},
      {"links", context.network.current().links.size()},
      {"datapath", "userspace"},
      {"ids", to_string(context.ids)},
      {"memory_kb", {{"engine", resident_kb(getpid())}, {"switchd", resident_kb(context.switches.pid())}}},
      {"warnings", context.network.warnings()}};
}

}  // namespace

void add_report_verbs(VerbTable& table, VerbContext& context) {
  table.add(
      {"state", {}, "Describes every node, interface and link as it is now.", [&context](Json) -> Task<Json> {
         co_return state(context);
       }});
  table.add({"status",
             {},
             "Tells how the network is run: processes, datapath, ids, memory, warnings.",
             [&context](Json) -> Task<Json> { co_return status(context); }});
}

}  // namespace flowbed
