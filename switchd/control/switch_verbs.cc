#include "switchd/control/switch_verbs.hh"

#include <algorithm>

#include "switchd/control/openflow_verbs.hh"
#include "switchd/control/switch_verb.hh"
#include "switchd/control/trace.hh"
#include "switchd/control/verb_cache.hh"
#include "switchd/control/verb_caching.hh"
#include "switchd/control/verb_ports.hh"
#include "switchd/control/verb_stp.hh"
#include "switchd/flow/packet_syntax.hh"

namespace flowbed::sw {
namespace {

std::vector<MacTable::Entry> sorted_entries(const SlowPath& slow_path, const Bridge& bridge) {
  std::vector<MacTable::Entry> entries(bridge.macs.entries().begin(), bridge.macs.entries().end());
  std::ranges::sort(entries, {}, [&](const MacTable::Entry& entry) {
    return std::pair(slow_path.bridges().port(entry.port)->config.number, entry.key);
  });
  return entries;
}

Json describe_addresses(const SlowPath& slow_path, const Bridge& bridge, TimePoint now) {
  Json entries = Json::array();
  for (const MacTable::Entry& entry : sorted_entries(slow_path, bridge)) {
    const BridgePort* port = slow_path.bridges().port(entry.port);
    entries.push_back({{"vlan", vlan_of(entry.key)},
                       {"mac", mac_of(entry.key).to_string()},
                       {"port", port->config.name},
                       {"number", to_number(port->config.number)},
                       {"age_s", to_seconds(now - entry.used)}});
  }
  return {{"entries", std::move(entries)}};
}

std::string packet_type() {
  std::string type = "fields:";
  for (const std::string& entry : packet_vocabulary()) type += (type.back() == ':' ? "" : ",") + entry;
  return type;
}

}  // namespace

VerbTable switch_verbs(SlowPath& slow_path) {
  VerbTable table;
  table.add({"cache",
             {switch_parameter()},
             "Show what the switch has cached: megaflows, their masks, and hits and misses.",
             switch_handler(slow_path, [&slow_path](const Bridge& bridge, const Json&) {
               return describe_cache(slow_path, bridge, monotonic_now());
             })});
  table.add(caching_verb(slow_path));
  table.add({"mac",
             {switch_parameter()},
             "Show the addresses that the switch has learned, and where.",
             switch_handler(slow_path, [&slow_path](const Bridge& bridge, const Json&) {
               return describe_addresses(slow_path, bridge, monotonic_now());
             })});
  table.add({"ports",
             {switch_parameter()},
             "Show the switch's ports with their counters.",
             switch_handler(slow_path, [&slow_path](const Bridge& bridge, const Json&) {
               return describe_ports(slow_path, bridge);
             })});
  table.add(
      {"stp",
       {switch_parameter()},
       "Show the switch's spanning tree: the root, and the role and state of each port.",
       switch_handler(slow_path, [](const Bridge& bridge, const Json&) { return describe_stp(bridge); })});
  table.add({"trace",
             {switch_parameter(),
              {"packet", packet_type(), "e.g. in_port=1,eth_dst=00:00:00:00:00:02,tcp,tp_dst=80"}},
             "Tell step by step what would happen to a packet, and which cache would answer for it.",
             switch_handler(slow_path, [&slow_path](const Bridge& bridge, const Json& params) {
               return trace(slow_path, bridge, params.at("packet"));
             })});
  table.add({"flush",
             {switch_parameter()},
             "Forget the switch's learned addresses and cached flows.",
             switch_handler(slow_path, [&slow_path](const Bridge& bridge, const Json&) {
               slow_path.flush(bridge.config.name);
               return Json::object();
             })});
  add_openflow_verbs(table, slow_path);
  return table;
}

}  // namespace flowbed::sw
