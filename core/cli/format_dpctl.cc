#include "core/cli/format_dpctl.hh"

#include <spdlog/fmt/fmt.h>

#include "core/cli/format.hh"

namespace flowbed {
namespace {

std::string word(const Json& object, const char* member) {
  const Json& value = object.at(member);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string texts_of(const Json& entries) {
  std::string text;
  for (const Json& entry : entries) text += " " + word(entry, "text") + "\n";
  return text;
}

std::string counts_of(const Json& counted, const char* packets, const char* bytes, char separator) {
  return fmt::format("{}{}{},{}{}{}", packets, separator, word(counted, "packets"), bytes, separator,
                     word(counted, "bytes"));
}

// Of what the kernel's devices could count besides, nothing happens here.
std::string counters_of(const Json& port) {
  const Json &rx = port.at("rx"), &tx = port.at("tx");
  return fmt::format(
      "  port {:>2}({}): rx pkts={}, bytes={}, drop={}, errs=0, frame=0, over=0, crc=0\n"
      "           tx pkts={}, bytes={}, drop={}, errs=0, coll=0\n",
      word(port, "number"), word(port, "name"), word(rx, "packets"), word(rx, "bytes"), word(rx, "dropped"),
      word(tx, "packets"), word(tx, "bytes"), word(tx, "dropped"));
}

std::string description_of(const Json& port) {
  std::string config;
  for (const Json& name : port.at("config")) config += (config.empty() ? "" : " ") + name.get<std::string>();
  return fmt::format(" {}({}): addr:{}\n     config:     {}\n     state:      {}\n", word(port, "number"),
                     word(port, "name"), word(port, "address"), config.empty() ? "0" : config,
                     port.at("up").get<bool>() ? "LIVE" : "LINK_DOWN");
}

}  // namespace

std::string dpctl_flows(const Json& answer) { return format_flows(answer); }

std::string dpctl_aggregate(const Json& answer) {
  const Json& totals = answer.at("totals");
  return fmt::format(" packet_count={} byte_count={} flow_count={}\n", word(totals, "packets"),
                     word(totals, "bytes"), word(totals, "rules"));
}

std::string dpctl_tables(const Json& answer) {
  std::string text;
  for (const Json& table : answer.at("tables")) {
    const std::string name = word(table, "name");
    text += fmt::format("  table {}{}:\n    active={}, lookup={}, matched={}\n    max_entries={}\n",
                        word(table, "table"), name.empty() ? "" : " (\"" + name + "\")", word(table, "rules"),
                        word(table, "lookups"), word(table, "matches"), word(table, "max_rules"));
  }
  return text;
}

std::string dpctl_texts_of_groups(const Json& answer) { return texts_of(answer.at("groups")); }
std::string dpctl_texts_of_meters(const Json& answer) { return texts_of(answer.at("meters")); }

std::string dpctl_group_stats(const Json& answer) {
  std::string text;
  for (const Json& group : answer.at("groups")) {
    text += fmt::format(" group_id={},duration={:.3f}s,ref_count={},{}", word(group, "group"),
                        group.at("duration_s").get<double>(), word(group, "references"),
                        counts_of(group, "packet_count", "byte_count", '='));
    for (size_t i = 0; i < group.at("buckets").size(); i++)
      text += fmt::format(",bucket{}:{}", i,
                          counts_of(group.at("buckets")[i], "packet_count", "byte_count", '='));
    text += "\n";
  }
  return text;
}

std::string dpctl_meter_stats(const Json& answer) {
  std::string text;
  for (const Json& meter : answer.at("meters")) {
    text +=
        fmt::format(" meter:{} flow_count:{} packet_in_count:{} byte_in_count:{} duration:{:.3f}s bands:\n",
                    word(meter, "meter"), word(meter, "references"), word(meter, "packets"),
                    word(meter, "bytes"), meter.at("duration_s").get<double>());
    for (size_t i = 0; i < meter.at("bands").size(); i++) {
      const Json& band = meter.at("bands")[i];
      text +=
          fmt::format(" {}: packet_count:{} byte_count:{}\n", i, word(band, "packets"), word(band, "bytes"));
    }
  }
  return text;
}

std::string dpctl_ports(const Json& answer) {
  std::string text;
  for (const Json& port : answer.at("ports")) text += counters_of(port);
  return text;
}

std::string dpctl_port_descriptions(const Json& answer) {
  std::string text;
  for (const Json& port : answer.at("ports")) text += description_of(port);
  return text;
}

std::string dpctl_show(const Json& answer) {
  return "dpid:" + word(answer, "dpid") + "\nn_tables:254\n" + dpctl_port_descriptions(answer);
}

}  // namespace flowbed
