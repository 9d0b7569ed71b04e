// What a switch tells collectors of sFlow, NetFlow and IPFIX.

#include <spdlog/fmt/fmt.h>

#include "core/cli/format.hh"
#include "core/cli/table.hh"

namespace flowbed {
namespace {

std::string told(const Json& entry) {
  if (entry.at("protocol") == "sflow")
    return fmt::format("{} packets, {} counters", entry.at("packet_samples").get<uint64_t>(),
                       entry.at("counter_samples").get<uint64_t>());
  return fmt::format("{} flows, {} going on", entry.at("exported").get<uint64_t>(),
                     entry.at("flows").get<uint64_t>());
}

std::string state_of(const Json& collector) {
  if (collector.contains("fault")) return collector.at("fault");
  return collector.at("refused") == 0 ? "" : "nobody listens, or did not always";
}

}  // namespace

std::string format_exports(const Json& answer) {
  if (answer.at("exports").empty()) return "*** It tells nobody; \"export\" makes it do so\n";
  Table table({"export", "collector", "place", "told", "datagrams", "lost", "refused", "fault"});
  for (const Json& entry : answer.at("exports")) {
    for (const Json& collector : entry.at("collectors"))
      table.add({entry.at("protocol"), collector.at("target"), collector.at("place"), told(entry),
                 collector.at("datagrams").dump(), collector.at("lost").dump(),
                 collector.at("refused").dump(), state_of(collector)});
  }
  return table.to_string();
}

}  // namespace flowbed
