// Rules, groups and meters, with what crossed them.

#include <spdlog/fmt/fmt.h>

#include "core/cli/format.hh"
#include "core/cli/table.hh"

namespace flowbed {
namespace {

std::string word(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }
std::string word(const Json& object, const char* member) { return word(object.at(member)); }

std::string count_of(uint64_t count, const std::string& thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string lines_of(const Json& entries) {
  std::string text;
  for (const Json& entry : entries) text += " " + word(entry, "text") + "\n";
  return text;
}

// Of groups and meters alike: each with its counters, and those of its buckets or bands.
std::string format_with_parts(const Json& entries, const char* parts, const std::string& part) {
  std::string text;
  for (const Json& entry : entries) {
    text += fmt::format(" {}\n   {} packets, {} bytes in {:.1f} s; {}\n", word(entry, "text"),
                        word(entry, "packets"), word(entry, "bytes"), entry.at("duration_s").get<double>(),
                        count_of(entry.at("references"), "reference"));
    for (size_t i = 0; i < entry.at(parts).size(); i++) {
      const Json& counted = entry.at(parts)[i];
      text += fmt::format("   {} {}: {} packets, {} bytes\n", part, i, word(counted, "packets"),
                          word(counted, "bytes"));
    }
  }
  return text;
}

}  // namespace

std::string format_controllers(const Json& answer) {
  Table table({"controller", "target", "place", "state", "version", "role", "packet-ins", "dropped"});
  const auto add = [&](const std::string& name, const Json& entry, const std::string& state) {
    table.add({name, word(entry, "target"), word(entry, "place"), state,
               word(entry.value("version", Json("-"))), word(entry.value("role", Json("-"))),
               word(entry.value("packet_ins", Json("-"))),
               word(entry.value("dropped_packet_ins", Json("-")))});
  };
  for (const Json& controller : answer.at("controllers")) {
    const std::string fault = controller.value("fault", "");
    add(word(controller, "name"), controller,
        word(controller, "state") + (fault.empty() ? "" : ": " + fault));
  }
  for (const Json& listener : answer.at("listening")) {
    const std::string fault = listener.value("fault", "");
    add("-", listener, word(listener, "state") + (fault.empty() ? "" : ": " + fault));
    for (Json conversation : listener.at("conversations")) {
      conversation["target"] = conversation.at("peer");
      conversation["place"] = listener.at("place");
      add("-", conversation, "connected");
    }
  }
  return table.to_string();
}

std::string format_flows(const Json& answer) {
  const uint64_t hidden = answer.at("rules_not_shown");
  return lines_of(answer.at("rules")) +
         (hidden > 0 ? " … and " + count_of(hidden, "rule") + " more; a filter selects\n" : "");
}

std::string format_tables(const Json& answer) {
  Table table({"table", "rules", "lookups", "matches"});
  for (const Json& each : answer.at("tables"))
    table.add({word(each, "table"), word(each, "rules"), word(each, "lookups"), word(each, "matches")});
  return table.to_string();
}

std::string format_groups(const Json& answer) {
  return format_with_parts(answer.at("groups"), "buckets", "bucket");
}

std::string format_meters(const Json& answer) {
  return format_with_parts(answer.at("meters"), "bands", "band");
}

std::string format_changed_flows(const Json& answer) {
  if (answer.at("added") != 0) return "*** No rule matched; it was added\n";
  return "*** Changed " + count_of(answer.at("changed"), "rule") + "\n";
}

std::string format_deleted_flows(const Json& answer) {
  return "*** Deleted " + count_of(answer.at("deleted"), "rule") + "\n";
}

std::string format_deleted_groups(const Json& answer) {
  return "*** Deleted " + count_of(answer.at("deleted"), "group") + " and " +
         count_of(answer.at("rules_deleted"), "rule") + "\n";
}

std::string format_deleted_meters(const Json& answer) {
  return "*** Deleted " + count_of(answer.at("deleted"), "meter") + " and " +
         count_of(answer.at("rules_deleted"), "rule") + "\n";
}

}  // namespace flowbed
