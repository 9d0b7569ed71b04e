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
    node.stp = kind == NodeKind::switch_ && runs_spanning_tree(topology);  // as the others
    if (params.contains("address")) {
      const std::string text = params["address"];
      const auto prefix = IpPrefix::parse(text);
      if (!prefix) throw Error("address: \"" + text + "\" is not an address; write e.g. 10.0.0.7/8");
      Interface interface;
      interface.name = node.name + "-eth0";
      interface.addresses = {*prefix};
      node.interfaces.push_back(std::move(interface));
    }
    return add_node(topology, std::move(node));
  };
}

Topology adding_link(const Topology& topology, const Json& params) {
  Link link;
  link.a.node = params.at("a");
  link.b.node = params.at("b");
  return add_link(topology, std::move(link));
}

const std::vector<VerbParameter> kTwoNodes = {{"a", "node", "one end", true},
                                              {"b", "node", "the other end", true}};

void add_node_verbs(VerbTable& table, VerbContext& context) {
  const VerbParameter name{"name", "string", "of the new node", true};
  const VerbParameter address{"address", "string", "with prefix length; the next free one if not given",
                              false};
  table.add(edit_verb(context, "add-host", {name, address}, "Adds a host to the running network.",
                      adding(NodeKind::host)));
  table.add(edit_verb(context, "add-router", {name}, "Adds a router: a host that forwards.",
                      adding(NodeKind::router)));
  table.add(edit_verb(context, "add-switch", {name}, "Adds a switch; it runs spanning tree if others do.",
                      adding(NodeKind::switch_)));
  table.add(edit_verb(
      context, "del-node", {{"name", "node", "which node", true}}, "Removes a node and its links.",
      [](const Topology& t, const Json& p) { return remove_node(t, p.at("name").get<std::string>()); }));
}

void add_link_verbs(VerbTable& table, VerbContext& context) {
  table.add(edit_verb(context, "add-link", kTwoNodes, "Links two nodes.", adding_link));
  table.add(edit_verb(context, "del-link", kTwoNodes, "Removes the link between two nodes.",
                      [](const Topology& t, const Json& p) {
                        return remove_link(t, p.at("a").get<std::string>(), p.at("b").get<std::string>());
                      }));
  std::vector<VerbParameter> parameters = kTwoNodes;
  parameters.push_back({"state", "up|down", "what it becomes", true});
  table.add(edit_verb(context, "link", std::move(parameters),
                      "Takes the links between two nodes down, or up again.",
                      [](const Topology& t, const Json& p) {
                        return set_link_up(t, p.at("a").get<std::string>(), p.at("b").get<std::string>(),
                                           p.at("state") == "up");
                      }));
}

}  // namespace

void add_edit_verbs(VerbTable& table, VerbContext& context) {
  add_node_verbs(table, context);
  add_link_verbs(table, context);
}

}  // namespace flowbed
