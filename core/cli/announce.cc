#include "core/cli/announce.hh"

#include <vector>

#include <spdlog/fmt/fmt.h>

namespace flowbed {
namespace {

using Names = std::vector<std::string>;

template <class Predicate>
Names names_where(const Topology& topology, Predicate wanted) {
  Names names;
  for (const Node& node : topology.nodes) {
    if (wanted(node)) names.push_back(node.name);
  }
  return names;
}

Names host_names(const Topology& t) {
  return names_where(t, [](const Node& node) { return node.is_host(); });
}
Names switch_names(const Topology& t) {
  return names_where(t,
                     [](const Node& node) { return !node.is_host() && node.kind != NodeKind::controller; });
}
Names controller_names(const Topology& t) {
  return names_where(t, [](const Node& node) { return node.kind == NodeKind::controller; });
}

// "h1 h2 \n"
std::string line_of(const Names& names) {
  std::string line;
  for (const std::string& name : names) line += name + " ";
  return line + "\n";
}

std::string iperf_announcement(const std::string& protocol, const Json& params, const Topology& topology) {
  const Names hosts = names_where(topology, [](const Node& node) { return node.kind == NodeKind::host; });
  if (hosts.empty()) return "";
  return fmt::format("*** Iperf: testing {} bandwidth between {} and {} \n", protocol,
                     params.value("client", hosts.front()), params.value("server", hosts.back()));
}

}  // namespace

std::string announcement(const std::string& verb, const Json& params, const Topology& topology) {
  if (verb == "pingall" || verb == "pingallfull") return "*** Ping: testing ping reachability\n";
  if (verb == "iperf") return iperf_announcement("TCP", params, topology);
  if (verb == "iperfudp") return iperf_announcement("UDP", params, topology);
  return "";
}

std::string creation_lines(const Topology& topology) {
  Names links;
  for (const Link& link : topology.links) links.push_back("(" + link.a.node + ", " + link.b.node + ")");
  const Names controllers = controller_names(topology);
  return "*** Creating network\n*** Adding controller\n" + (controllers.empty() ? "" : line_of(controllers)) +
         "*** Adding hosts:\n" + line_of(host_names(topology)) + "*** Adding switches:\n" +
         line_of(switch_names(topology)) + "*** Adding links:\n" + line_of(links) + "*** Configuring hosts\n";
}

std::string start_lines(const Topology& topology) {
  const Names switches = switch_names(topology);
  return line_of(host_names(topology)) + "*** Starting controller\n" + line_of(controller_names(topology)) +
         fmt::format("*** Starting {} switches\n", switches.size()) + line_of(switches);
}

std::string tree_line(double seconds) {
  return fmt::format("*** Waited {:.2f} s for spanning tree to settle\n", seconds);
}

std::string stop_lines(const Topology& topology) {
  const Names controllers = controller_names(topology), switches = switch_names(topology),
              hosts = host_names(topology);
  return fmt::format("*** Stopping {} controllers\n", controllers.size()) + line_of(controllers) +
         fmt::format("*** Stopping {} links\n{}\n", topology.links.size(),
                     std::string(topology.links.size(), '.')) +
         fmt::format("*** Stopping {} switches\n", switches.size()) + line_of(switches) +
         fmt::format("*** Stopping {} hosts\n", hosts.size()) + line_of(hosts);
}

}  // namespace flowbed
