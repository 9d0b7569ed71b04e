#include "core/base/error.hh"
#include "core/engine/engine_verbs.hh"
#include "core/engine/live_links.hh"
#include "core/engine/regular_file.hh"
#include "core/topo/edit.hh"
#include "core/topo/ifname.hh"
#include "core/topo/link_options.hh"
#include "core/topo/link_schedule.hh"

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
  if (change.empty()) co_return co_await describe_links(context.network, context.kernel, context.ferry, a, b);
  co_await change_links_now(context.network, context.kernel, a, b, parse_link_words(change));
  co_return Json::object();
}

// The one link between `a` and `b` that the ferry serves; `what` is for messages.
const FerryLink& ferry_link(const LocalNetwork& network, const std::string& what, const std::string& a,
                            const std::string& b) {
  const std::vector<size_t> between = links_between(network.current(), a, b);
  const Link& link = network.current().links[between.front()];
  if (between.size() > 1)
    throw Error(what + ": there are several links between " + a + " and " + b +
                "; name interfaces, as in: " + what + " " + link.a.interface + " " + link.b.interface);
  const auto& ferried = network.inventory().ferry_links;
  const auto found = ferried.find(ferry_ifname(link.a.node, link.a.interface));
  if (found != ferried.end()) return found->second;
  if (is_ever_shaped(link))
    throw Error(what +
                ": the kernel emulates the link, and tells nothing of single packets. Start the network with "
                "--link-backend ferry, or with \"link_backend\": \"ferry\" among its options");
  throw Error(what +
              ": the link is a plain veth pair, where nothing happens to packets. Make it one that is "
              "emulated first, e.g. with: link " +
              a + " " + b + " delay 0");
}

Task<Json> record_link(VerbContext& context, Json params) {
  const std::string file = params.at("file");
  const FerryLink link = ferry_link(context.network, "record", params.at("a"), params.at("b"));
  const Json there = co_await context.ferry.describe_link(link.name);
  if (there.at("recorded") == true)
    throw Error("record: the link is being recorded; use: record-stop " + link.a_end + " " + link.b_end);
  LinkEndNames ends{link.a_end, link.b_end};
  FileDescriptor out = create_regular_file(file);
  co_await context.ferry.record_link(link.name, std::move(out), std::move(ends));
  co_return Json{{"file", file}};
}

Task<Json> stop_recording(VerbContext& context, Json params) {
  const FerryLink link = ferry_link(context.network, "record-stop", params.at("a"), params.at("b"));
  const Json there = co_await context.ferry.describe_link(link.name);
  if (there.at("recorded") != true) throw Error("record-stop: the link is not being recorded");
  const uint64_t lines = co_await context.ferry.end_recording(link.name);
  co_return Json{{"lines", lines}};
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
  table.add({"record",
             {kOneEnd, kOtherEnd, {"file", "file", "to write; \"flowbed report\" draws it", true}},
             "Record what an emulated link does to each packet, until record-stop or the network's end.",
             [&context](Json params) { return record_link(context, std::move(params)); }});
  table.add({"record-stop", {kOneEnd, kOtherEnd}, "End the recording of a link.", [&context](Json params) {
               return stop_recording(context, std::move(params));
             }});
}

}  // namespace flowbed
