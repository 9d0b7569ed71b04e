#include <sstream>

#include "core/base/error.hh"
#include "core/engine/engine_verbs.hh"
#include "core/topo/edit.hh"
#include "core/topo/export_words.hh"
#include "core/topo/limit_words.hh"

namespace flowbed {
namespace {

// An edit is a function from topology to topology; applying its result is all that happens.
using Edit = std::function<Topology(const Topology&, const Json& params)>;

Task<Json> apply_edit(VerbContext& context, Edit edit, Json params) {
  co_await context.network.edit([&](const Topology& now) { return edit(now, params); });
  co_return Json::object();
}

Verb edit_verb(VerbContext& context, const std::string& name, std::vector<VerbParameter> parameters,
               const std::string& help, Edit edit) {
  return {name, std::move(parameters), help,
          [&context, edit](Json params) { return apply_edit(context, edit, std::move(params)); }};
}

Edit adding(NodeKind kind) {
  return [kind](const Topology& topology, const Json& params) {
    Node node;
    node.name = params.at("name");
    node.kind = kind;
    node.stp = kind == NodeKind::switch_ && runs_spanning_tree(topology);  // as the others
    if (params.contains("address")) {
      Interface interface;
      interface.name = node.name + "-eth0";
      interface.addresses = {address_in(topology, params["address"])};
      node.interfaces.push_back(std::move(interface));
    }
    return add_node(topology, std::move(node));
  };
}

void add_node_verbs(VerbTable& table, VerbContext& context) {
  const VerbParameter name{"name", "string", "of the new node", true};
  const VerbParameter address{
      "address", "string",
      "e.g. 10.0.0.9/24, the length that of ipbase if not given; the next free one without it", false};
  table.add(edit_verb(context, "add-host", {name, address}, "Add a host.", adding(NodeKind::host)));
  table.add(edit_verb(context, "add-router", {name},
                      "Add a router: a host that forwards. Its interfaces get addresses with \"add link\".",
                      adding(NodeKind::router)));
  table.add(edit_verb(context, "add-switch", {name}, "Add a switch; it runs spanning tree if others do.",
                      adding(NodeKind::switch_)));
  table.add(edit_verb(
      context, "del-node", {{"name", "node", "which node", true}}, "Remove a node and its links.",
      [](const Topology& t, const Json& p) { return remove_node(t, p.at("name").get<std::string>()); }));
}

// What is not given stays as it is.
Topology limiting(const Topology& topology, const Json& params) {
  const std::string name = params.at("node");
  const Node* node = topology.find(name);
  HostLimits limits = node == nullptr ? HostLimits{} : node->limits;
  for (const auto& [parameter, value] : params.items()) {
    if (parameter != "node") set_limit(limits, parameter, value.get<std::string>());
  }
  return set_limits(topology, name, limits);
}

void add_limit_verb(VerbTable& table, VerbContext& context) {
  table.add(
      edit_verb(context, "limit",
                {{"node", "host", "which host", true},
                 {"cpu", "string", "share of the whole machine, as 0.2; none lifts the limit", false},
                 {"cores", "string", "processors to run on, as 0-1; or none", false},
                 {"memory", "string", "as 100MB; or none", false},
                 {"sched", "cfs|rt", "rt: before all other processes, for its share of the CPU", false}},
                "Limit what a host's commands may use of the machine, all together.", limiting));
}

// "c0,c1", "all", "none".
std::optional<std::vector<std::string>> controllers_in(const std::string& text) {
  if (text == "all") return std::nullopt;
  std::vector<std::string> names;
  std::istringstream words(text == "none" ? "" : text);
  for (std::string word; std::getline(words, word, ',');) names.push_back(word);
  return names;
}

void add_controllers_verb(VerbTable& table, VerbContext& context) {
  table.add(edit_verb(
      context, "set-controllers",
      {{"name", "switch", "which switch", true}, {"controllers", "string", "as c0,c1; all or none", true}},
      "Choose the controllers that a switch connects to.", [](const Topology& topology, const Json& params) {
        return set_controllers(topology, params.at("name").get<std::string>(),
                               controllers_in(params.at("controllers").get<std::string>()));
      }));
}

// What is not given stays as it is.
Topology exporting(const Topology& topology, const Json& params) {
  const std::string name = params.at("switch");
  const Node* node = topology.find(name);
  FlowExports exports = node == nullptr ? FlowExports{} : node->exports;
  for (const auto& [parameter, value] : params.items()) {
    if (parameter != "switch") set_export(exports, parameter, value.get<std::string>());
  }
  return set_exports(topology, name, exports);
}

void add_export_verb(VerbTable& table, VerbContext& context) {
  table.add(
      edit_verb(context, "export",
                {{"switch", "switch", "which switch", true},
                 {"sflow", "string", "as 127.0.0.1:6343,sampling=64,place=h9; none switches it off", false},
                 {"netflow", "string", "as 127.0.0.1:2055,active_timeout=60,place=h9; or none", false},
                 {"ipfix", "string", "as 127.0.0.1:4739,domain=1,place=h9; or none", false}},
                "Tell a collector of the traffic that crosses a switch.", exporting));
}

}  // namespace

void add_edit_verbs(VerbTable& table, VerbContext& context) {
  add_node_verbs(table, context);
  add_link_verbs(table, context);
  add_limit_verb(table, context);
  add_controllers_verb(table, context);
  add_export_verb(table, context);
}

}  // namespace flowbed
