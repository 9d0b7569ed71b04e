#include "core/base/error.hh"
#include "core/engine/engine_verbs.hh"
#include "core/topo/edit.hh"

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
  const VerbParameter address{"address", "string", "e.g. 10.0.0.9/24, the length that of ipbase if not given; the next free one without it",
                              false};
  table.add(edit_verb(context, "add-host", {name, address}, "Add a host.",
                      adding(NodeKind::host)));
  table.add(edit_verb(context, "add-router", {name}, "Add a router: a host that forwards. Its interfaces get addresses with \"add link\".",
                      adding(NodeKind::router)));
  table.add(edit_verb(context, "add-switch", {name}, "Add a switch.", adding(NodeKind::switch_)));
  table.add(edit_verb(
      context, "del-node", {{"name", "node", "which node", true}}, "Remove a node and its links.",
      [](const Topology& t, const Json& p) { return remove_node(t, p.at("name").get<std::string>()); }));
}

}  // namespace

void add_edit_verbs(VerbTable& table, VerbContext& context) {
  add_node_verbs(table, context);
  add_link_verbs(table, context);
}

}  // namespace flowbed
