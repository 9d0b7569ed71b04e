#include <spdlog/fmt/fmt.h>

#include "core/cli/format.hh"
#include "core/cli/table.hh"

namespace flowbed {
namespace {

std::string ids_in_words(const std::string& ids) {
  if (ids == "root") return "started by root";
  if (ids == "range") return "an ordinary user's, with a range of ids";
  return "an ordinary user's, with one id (\"flowbed doctor\" tells how to have more)";
}

std::string duration_in_words(double seconds) {
  const auto s = static_cast<int64_t>(seconds);
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
  return fmt::format("{} h {} min", s / 3600, s % 3600 / 60);
}

}  // namespace

std::string format_status(const Json& status) {
  const Json &pids = status.at("pids"), &memory = status.at("memory_kb");
  std::string text = fmt::format(
      "network    {}, up for {}\n"
      "size       {} hosts, {} switches, {} links\n"
      "datapath   {}\n"
      "user       {}\n"
      "processes  engine {} ({} kB), switchd {} ({} kB), init {}, warden {}\n",
      status.at("name").get<std::string>(), duration_in_words(status.at("uptime_s")),
      status.at("hosts").dump(), status.at("switches").dump(), status.at("links").dump(),
      status.at("datapath").get<std::string>(), ids_in_words(status.at("ids")), pids.at("engine").dump(),
      memory.at("engine").dump(), pids.at("switchd").dump(), memory.at("switchd").dump(),
      pids.at("init").dump(), pids.at("warden").dump());
  for (const Json& warning : status.at("warnings")) text += "warning    " + warning.get<std::string>() + "\n";
  return text;
}

std::string format_network_list(const Json& statuses) {
  Table table({"network", "hosts", "switches", "up for", "engine"});
  for (const Json& status : statuses) {
    const std::string name = status.at("name");
    if (!status.contains("pids")) {
      table.add({name, "does not answer"});
      continue;
    }
    table.add({name, status.at("hosts").dump(), status.at("switches").dump(),
               duration_in_words(status.at("uptime_s")), status.at("pids").at("engine").dump()});
  }
  return table.to_string();
}

}  // namespace flowbed
