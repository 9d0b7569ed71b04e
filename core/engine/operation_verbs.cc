#include "core/base/error.hh"
#include "core/engine/engine_verbs.hh"
#include "core/topo/ifname.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;

// switchd looks for captures on the links that it bypasses this often (switchd/README.md), and needs a moment
// more.
constexpr Duration kBypassNotice = 250ms;

struct Place {
  std::string node;       // whose namespace; empty: the fabric
  std::string interface;  // full name
};

// An interface's own name, or a link's: its two nodes with a "-" between, either way round.
std::string interface_named(const Topology& topology, const std::string& name) {
  for (const Link& link : topology.links) {
    if (name == link.a.node + "-" + link.b.node || name == link.b.node + "-" + link.a.node)
      return link.a.interface;
  }
  return name;
}

Place find_interface(const Topology& topology, const std::string& given) {
  const std::string name = interface_named(topology, given);
  for (const Node& node : topology.nodes) {
    for (const Interface& interface : node.interfaces) {
      if (interface.name == name) return {node.has_namespace() ? node.name : "", name};
    }
  }
  throw Error("capture: there is no interface or link " + given + "; \"intfs\" and \"links\" list them");
}

bool joins_switches(const Topology& topology, const std::string& interface) {
  for (const Link& link : topology.links) {
    if (link.a.interface != interface && link.b.interface != interface) continue;
    const Node* a = topology.find(link.a.node);
    const Node* b = topology.find(link.b.node);
    return a->kind == NodeKind::switch_ && b->kind == NodeKind::switch_;
  }
  return false;
}

Task<Json> start(VerbContext& context, Json params) {
  const Place place = find_interface(context.network.current(), params.at("interface"));
  const std::string interface = place.interface, file = params.at("file");
  context.captures.start(interface, place.node, kernel_ifname(interface), file);
  if (joins_switches(context.network.current(), interface)) co_await sleep_for(context.loop, kBypassNotice);
  co_return Json{{"interface", interface}, {"file", file}};
}

Task<Json> stop(VerbContext& context, Json params) {
  const uint64_t packets =
      co_await context.captures.stop(interface_named(context.network.current(), params.at("interface")));
  co_return Json{{"packets", packets}};
}

Task<Json> run_switch(VerbContext& context, Json params) {
  const std::string name = params.at("name");
  const Node* node = context.network.current().find(name);
  if (node == nullptr || node->kind != NodeKind::switch_) throw Error("switch: there is no switch " + name);
  co_await context.switches.set_running(name, params.at("action") == "start");
  co_await context.network.settle_trees();
  co_return Json::object();
}

}  // namespace

void add_operation_verbs(VerbTable& table, VerbContext& context) {
  table.add({"capture",
             {{"interface", "capturable", "e.g. h1-eth0, or a link as h1-s1", true},
              {"file", "file", "pcapng to write", true}},
             "Capture what crosses an interface, both directions, until capture-stop or the network's end.",
             [&context](Json params) { return start(context, std::move(params)); }});
  table.add({"capture-stop",
             {{"interface", "capturable", "what is being captured", true}},
             "End a capture.",
             [&context](Json params) { return stop(context, std::move(params)); }});
  table.add({"switch",
             {{"name", "switch", "which switch", true},
              {"action", "start|stop", "a stopped switch forwards nothing", true}},
             "Start or stop a switch.",
             [&context](Json params) { return run_switch(context, std::move(params)); }});
}

}  // namespace flowbed
