#include <spdlog/fmt/fmt.h>

#include "core/cli/format.hh"
#include "core/cli/table.hh"

namespace flowbed {
namespace {

std::string word(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }
std::string word(const Json& object, const char* member) { return word(object.at(member)); }

std::string hit_rate(const Json& cache) {
  const double hits = cache.at("hits"), misses = cache.at("misses");
  return hits + misses > 0 ? fmt::format("{:.1f}%", 100 * hits / (hits + misses)) : "-";
}

std::string bpdus(const Json& counters) {
  uint64_t sum = 0;
  for (const Json& count : counters) sum += count.get<uint64_t>();
  return std::to_string(sum);
}

std::string stp_summary(const Json& answer) {
  std::string text = fmt::format("{}: bridge {}, ", word(answer, "switch"), word(answer, "bridge_id"));
  if (answer.at("root_port").is_null()) {
    text += "the root\n";
  } else {
    text += fmt::format("root {} by {}, cost {}\n", word(answer, "root_id"), word(answer, "root_port"),
                        word(answer, "root_path_cost"));
  }
  return text +
         fmt::format(
             "  topology changes: {}, the last {} s ago; hello {} s, max age {} s, forward delay {} s\n",
             word(answer, "topology_changes"), word(answer, "since_change_s"), word(answer, "hello_time_s"),
             word(answer, "max_age_s"), word(answer, "forward_delay_s"));
}

std::string stp_ports(const Json& answer) {
  Table table({"  port", "role", "state", "cost", "edge", "speaks", "designated bridge", "its port",
               "rx BPDUs", "tx BPDUs"});
  for (const Json& port : answer.at("ports")) {
    table.add({"  " + word(port, "name"), word(port, "role"), word(port, "state"), word(port, "cost"),
               port.at("edge").get<bool>() ? "yes" : "no", word(port, "protocol"),
               word(port, "designated_bridge"), word(port, "designated_port"), bpdus(port.at("rx")),
               bpdus(port.at("tx"))});
  }
  return table.to_string();
}

std::string traced_flow(const Json& flow) {
  return "looked at:    " + word(flow, "looked_at") + "\nmegaflow:     " + word(flow, "megaflow") +
         "\nactions:      " + word(flow, "actions") + "\nanswered by:  " + word(flow, "answered_by") + "\n";
}

}  // namespace

std::string format_cache(const Json& answer) {
  std::string text = fmt::format("{}: {} datapath, {} upcalls\n", word(answer, "switch"),
                                 word(answer, "datapath"), word(answer, "upcalls"));
  Table caches({"  cache", "entries", "hits", "misses", "hit rate"});
  for (const auto& [name, member] : {std::pair("  kernel", "kernel"), std::pair("  exact match", "emc"),
                                     std::pair("  megaflows", "megaflows")}) {
    if (!answer.contains(member)) continue;
    const Json& cache = answer.at(member);
    caches.add({name, word(cache, "entries"), word(cache, "hits"), word(cache, "misses"), hit_rate(cache)});
  }
  text += caches.to_string();
  Table masks({"  mask", "flows", "hits"});
  for (const Json& mask : answer.at("masks"))
    masks.add({"  " + word(mask, "mask"), word(mask, "flows"), word(mask, "hits")});
  if (!answer.at("masks").empty()) text += masks.to_string();
  for (const Json& flow : answer.at("flows")) {
    text += fmt::format("  {}\n    -> {}; packets {}, bytes {}, idle {:.1f} s\n", word(flow, "match"),
                        word(flow, "actions"), word(flow, "packets"), word(flow, "bytes"),
                        flow.at("idle_s").get<double>());
  }
  return text;
}

std::string format_caching(const Json& answer) {
  Table features({"feature", "is", "with it,"});
  for (const Json& feature : answer.at("features"))
    features.add({word(feature, "name"), feature.at("on").get<bool>() ? "on" : "off", word(feature, "help")});
  const double searches = answer.at("searches"), searched = answer.at("masks_searched");
  std::string text =
      fmt::format("{}flows cached: {}; masks: {}; flows removed by changes, so far: {}", features.to_string(),
                  word(answer, "flows"), word(answer, "masks"), word(answer, "removed_by_changes"));
  if (searches > 0) text += fmt::format("; masks searched a packet, so far: {:.2f}", searched / searches);
  return text + "\n";
}

std::string format_mac_table(const Json& answer) {
  Table table({"vlan", "mac", "port", "number", "age"});
  for (const Json& entry : answer.at("entries")) {
    table.add({word(entry, "vlan"), word(entry, "mac"), word(entry, "port"), word(entry, "number"),
               fmt::format("{:.0f} s", entry.at("age_s").get<double>())});
  }
  return table.to_string();
}

std::string format_port_counters(const Json& answer) {
  Table table({"port", "number", "state", "rx packets", "rx bytes", "rx dropped", "tx packets", "tx bytes",
               "tx dropped"});
  for (const Json& port : answer.at("ports")) {
    const Json &rx = port.at("rx"), &tx = port.at("tx");
    std::string state = port.at("up").get<bool>() ? "up" : "down";
    for (const Json& forbidden : port.value("config", Json::array())) state += " " + word(forbidden);
    table.add({word(port, "name"), word(port, "number"), state, word(rx, "packets"), word(rx, "bytes"),
               word(rx, "dropped"), word(tx, "packets"), word(tx, "bytes"), word(tx, "dropped")});
  }
  return table.to_string();
}

std::string format_stp(const Json& answer) {
  if (!answer.at("on").get<bool>()) {
    return word(answer, "switch") +
           ": no spanning tree; start with --switch default,stp=1, or write \"stp\": true in the file\n";
  }
  return stp_summary(answer) + stp_ports(answer);
}

std::string format_trace(const Json& answer) {
  std::string text = "packet:       " + word(answer, "input") + "\n";
  for (const Json& step : answer.at("steps"))
    text += "  " + word(step, "switch") + ": " + std::string(2 * step.at("depth").get<size_t>(), ' ') +
            word(step, "text") + "\n";
  text += traced_flow(answer);
  for (const Json& flow : answer.value("recirculated", Json::array()))
    text += "then, recirculated:\n" + traced_flow(flow);
  return text;
}

}  // namespace flowbed
