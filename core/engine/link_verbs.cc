#include "core/engine/engine_verbs.hh"
#include "core/engine/live_links.hh"
#include "core/topo/edit.hh"
#include "core/topo/link_options.hh"

namespace flowbed {
namespace {

std::optional<IpPrefix> address_from(const Topology& topology, const Json& params, const char* member) {
  if (!params.contains(member)) return std::nullopt;
  return address_in(topology, params[member]);
}

Topology with_link(const Topology& topology, const Json& params) {
  Link link;
  link.a.node = params.at("a");
  link.b.node = params.at("b");
  return add_link(topology, std::move(link),
                  {address_from(topology, params, "a_address"), address_from(topology, params, "b_address")});
}

Task<Json> add_link_now(VerbContext& context, Json params) {
  Topology made;
  co_await context.network.edit([&](const Topology& now) { return made = with_link(now, params); });
  const std::vector<std::string> notes = notes_on_last_link(made);
  co_return notes.empty() ? Json::object() : Json{{"notes", notes}};
}

Task<Json> delete_link_now(VerbContext& context, Json params) {
  const std::string a = params.at("a"), b = params.at("b");
  co_await context.network.edit([&](const Topology& now) { return remove_link(now, a, b); });
  co_return Json::object();
}

Task<Json> show_or_change_links(VerbContext& context, Json params) {
  const std::string a = params.at("a"), b = params.at("b");
  const std::string change = params.value("change", "");
  if (change.empty()) co_return co_await describe_links(context.network, context.ferry, a, b);
  co_await change_links_now(context.network, context.kernel, a, b, parse_link_words(change));
  co_return Json::object();
}

// For completion: every option, and the words that are none.
std::string link_fields() {
  std::string fields = "fields:up,down,plain,from=";
  for_each_link_option([&](const auto& option) { fields += std::string(",") + option.name + "="; });
  return fields;
}

const VerbParameter kOneEnd{"a", "linked", "one end", true};
const VerbParameter kOtherEnd{"b", "neighbour", "the other end", true};

}  // namespace

void add_link_verbs(VerbTable& table, VerbContext& context) {
  table.add({"add-link",
             {{"a", "node", "one end", true},
              {"b", "node", "the other end", true},
              {"a_address", "string", "of the first one's new interface, e.g. 192.168.1.2/24", false},
              {"b_address", "string", "of the second one's", false}},
             "Link two nodes.",
             [&context](Json params) { return add_link_now(context, std::move(params)); }});
  table.add({"del-link",
             {kOneEnd, kOtherEnd},
             "Remove the link between two nodes; of several, the one with these interfaces.",
             [&context](Json params) { return delete_link_now(context, std::move(params)); }});
  table.add({"link",
             {kOneEnd,
              kOtherEnd,
              {"change", link_fields(), "up, down, or options, e.g. delay 50ms loss 1%", false}},
             "Show the links between two nodes, take them down or up, or change what they do to packets.",
             [&context](Json params) { return show_or_change_links(context, std::move(params)); }});
}

}  // namespace flowbed
