#include "core/cli/format.hh"

#include <map>

namespace flowbed {
namespace {

std::string format_capture(const Json& answer) {
  return "*** Capturing " + answer.at("interface").get<std::string>() + " to " +
         answer.at("file").get<std::string>() + "\n";
}

std::string format_capture_end(const Json& answer) {
  return "*** Captured " + answer.at("packets").dump() + " packets\n";
}

std::string format_recording(const Json& answer) {
  return "*** Recording to " + answer.at("file").get<std::string>() + "\n";
}

std::string format_recording_end(const Json& answer) {
  return "*** Recorded " + answer.at("lines").dump() + " lines\n";
}

std::string format_notes(const Json& answer) {
  std::string text;
  for (const Json& note : answer.value("notes", Json::array()))
    text += "*** " + note.get<std::string>() + "\n";
  return text;
}

const std::map<std::string, std::string (*)(const Json&)> kFormatters = {
    {"add-link", format_notes},
    {"pingall", format_ping},
    {"pingpair", format_ping},
    {"pingallfull", format_ping_full},
    {"pingpairfull", format_ping_full},
    {"iperf", format_iperf},
    {"iperfudp", format_iperf},
    {"status", format_status},
    {"cache", format_cache},
    {"caching", format_caching},
    {"controllers", format_controllers},
    {"exports", format_exports},
    {"link", format_link},
    {"mac", format_mac_table},
    {"ports", format_port_counters},
    {"stp", format_stp},
    {"trace", format_trace},
    {"flows", format_flows},
    {"tables", format_tables},
    {"groups", format_groups},
    {"meters", format_meters},
    {"mod-flows", format_changed_flows},
    {"del-flows", format_deleted_flows},
    {"del-groups", format_deleted_groups},
    {"del-meters", format_deleted_meters},
    {"capture", format_capture},
    {"capture-stop", format_capture_end},
    {"record", format_recording},
    {"record-stop", format_recording_end}};

}  // namespace

std::string format_answer(const std::string& verb, const Json& answer) {
  if (const auto formatter = kFormatters.find(verb); formatter != kFormatters.end())
    return formatter->second(answer);
  return answer.empty() ? "" : answer.dump(2) + "\n";
}

}  // namespace flowbed
