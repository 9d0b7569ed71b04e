#include "switchd/control/bridge_json.hh"

#include <algorithm>

#include "core/base/json_reader.hh"

namespace flowbed::sw {
namespace {

constexpr uint64_t kMaxNumber = 0xffffff00;  // of ports, as in OpenFlow: what is above has a meaning

PortVlans vlans_from(const JsonReader& reader) {
  PortVlans vlans;
  if (reader.has("vlan")) vlans.untagged = static_cast<uint16_t>(reader.number("vlan", 4095));
  if (reader.has("trunks")) {
    auto& trunks = vlans.trunks.emplace();
    for (const Json& vlan : reader.list("trunks")) {
      trunks.push_back(static_cast<uint16_t>(JsonReader::number(vlan, reader.where("trunks"), 4095)));
    }
    std::ranges::sort(trunks);
  }
  return vlans;
}

PortConfig port_from(const Json& json, const std::string& place) {
  const JsonReader reader(json, place,
                          {"number", "interface", "name", "ifindex", "vlan", "trunks", "peer", "rate", "emulated"});
  PortConfig port;
  port.number = OfPort{static_cast<uint32_t>(reader.number("number", kMaxNumber))};
  port.interface = reader.text("interface");
  port.name = reader.has("name") ? reader.text("name") : port.interface;
  port.ifindex = IfIndex{static_cast<uint32_t>(reader.number("ifindex", INT32_MAX))};
  port.vlans = vlans_from(reader);
  if (reader.has("peer")) port.peer = reader.text("peer");
  if (reader.has("emulated")) port.is_emulated = reader.flag("emulated");
  if (reader.has("rate")) port.rate = reader.number("rate", UINT64_MAX);
  return port;
}

MirrorConfig mirror_from(const Json& json, const std::string& place) {
  const JsonReader reader(json, place, {"ports", "direction", "output"});
  MirrorConfig mirror;
  for (const Json& port : reader.list("ports")) {
    if (!port.is_string()) throw Error(reader.where("ports") + " holds what is not a port's name");
    mirror.ports.push_back(port);
  }
  const std::string direction = reader.has("direction") ? reader.text("direction") : "both";
  if (direction != "in" && direction != "out" && direction != "both") {
    throw Error(reader.where("direction") + ": \"" + direction + "\" is none of in, out, both");
  }
  mirror.in = direction != "out";
  mirror.out = direction != "in";
  mirror.output = reader.text("output");
  return mirror;
}

StpConfig stp_from(const Json& json) {
  const JsonReader reader(json, "bridge.stp", {"priority", "hello_time", "max_age", "forward_delay"});
  StpConfig stp;
  const auto take = [&](const char* key, uint16_t& value) {
    if (reader.has(key)) value = static_cast<uint16_t>(reader.number(key, UINT16_MAX));
  };
  take("priority", stp.priority);
  take("hello_time", stp.hello_time);
  take("max_age", stp.max_age);
  take("forward_delay", stp.forward_delay);
  return stp;
}

}  // namespace

FailMode parse_fail_mode(std::string_view text, const std::string& where) {
  if (text == "secure") return FailMode::kSecure;
  if (text == "standalone") return FailMode::kStandalone;
  throw Error(where + ": \"" + std::string(text) + "\" is none of secure, standalone");
}

BridgeConfig bridge_from_json(const Json& json) {
  const JsonReader reader(
      json, "bridge",
      {"name", "dpid", "mac_ageing", "ports", "mirrors", "stp", "fail_mode", "openflow", "exports"});
  BridgeConfig bridge;
  bridge.name = reader.text("name");
  if (reader.has("dpid")) bridge.dpid = reader.number("dpid", UINT64_MAX);
  if (reader.has("mac_ageing")) {
    bridge.mac_ageing =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(reader.seconds("mac_ageing")));
  }
  bridge.ports = list_from(reader, "ports", port_from);
  if (reader.has("fail_mode"))
    bridge.fail_mode = parse_fail_mode(reader.text("fail_mode"), "bridge.fail_mode");
  if (reader.has("mirrors")) bridge.mirrors = list_from(reader, "mirrors", mirror_from);
  if (reader.has("stp")) bridge.stp = stp_from(reader.at("stp"));
  return bridge;
}

}  // namespace flowbed::sw
