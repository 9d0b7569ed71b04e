#include "switchd/control/exports_json.hh"

#include "core/base/json_reader.hh"

namespace flowbed::sw {
namespace {

constexpr uint16_t kSflowPort = 6343, kNetflowPort = 2055, kIpfixPort = 4739;

Collectors collectors_from(const JsonReader& reader, uint16_t default_port) {
  Collectors to;
  for (const Json& text : reader.list("targets")) {
    const auto target =
        text.is_string() ? parse_udp_target(text.get<std::string>(), default_port) : std::nullopt;
    if (!target) throw Error(reader.where("targets") + ": " + text.dump() + " is no address of a collector");
    to.targets.push_back(*target);
  }
  if (to.targets.empty()) throw Error(reader.where("targets") + " is empty; give a collector's address");
  if (reader.has("place")) to.place = reader.text("place");
  return to;
}

void take(const JsonReader& reader, const char* key, uint32_t& value) {
  if (reader.has(key)) value = static_cast<uint32_t>(reader.number(key, UINT32_MAX));
}

void take(const JsonReader& reader, const char* key, Duration& value) {
  if (reader.has(key)) value = std::chrono::seconds(reader.number(key, INT32_MAX));
}

SflowConfig sflow_from(const Json& json) {
  const JsonReader reader(json, "exports.sflow", {"targets", "place", "sampling", "header", "polling"});
  SflowConfig sflow{.to = collectors_from(reader, kSflowPort)};
  take(reader, "sampling", sflow.sampling);
  take(reader, "header", sflow.header);
  take(reader, "polling", sflow.polling);
  if (sflow.sampling == 0) throw Error(reader.where("sampling") + " is 0; 1 is every packet");
  return sflow;
}

// As Open vSwitch has it, an active timeout of 0 asks for the default.
void take(const JsonReader& reader, FlowTimeouts& timeouts) {
  const Duration standard = timeouts.active;
  take(reader, "active_timeout", timeouts.active);
  take(reader, "idle_timeout", timeouts.idle);
  if (timeouts.active == Duration{}) timeouts.active = standard;
}

NetflowConfig netflow_from(const Json& json) {
  const JsonReader reader(json, "exports.netflow",
                          {"targets", "place", "active_timeout", "idle_timeout", "add_id_to_interface"});
  NetflowConfig netflow{.to = collectors_from(reader, kNetflowPort)};
  take(reader, netflow.timeouts);
  if (reader.has("add_id_to_interface"))
    netflow.add_id_to_interface = reader.at("add_id_to_interface") == true;
  return netflow;
}

IpfixConfig ipfix_from(const Json& json) {
  const JsonReader reader(json, "exports.ipfix",
                          {"targets", "place", "active_timeout", "idle_timeout", "domain", "point"});
  IpfixConfig ipfix{.to = collectors_from(reader, kIpfixPort)};
  take(reader, ipfix.timeouts);
  take(reader, "domain", ipfix.domain);
  take(reader, "point", ipfix.point);
  return ipfix;
}

}  // namespace

ExportConfig exports_from_json(const Json& json) {
  const JsonReader reader(json, "exports", {"sflow", "netflow", "ipfix"});
  ExportConfig config;
  if (reader.has("sflow")) config.sflow = sflow_from(reader.at("sflow"));
  if (reader.has("netflow")) config.netflow = netflow_from(reader.at("netflow"));
  if (reader.has("ipfix")) config.ipfix = ipfix_from(reader.at("ipfix"));
  return config;
}

}  // namespace flowbed::sw
