#include "switchd/control/bridge_json.hh"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {

// One object of the message, with the place where it stands for messages about it.
class Reader {
 public:
  Reader(const Json& json, std::string place, std::initializer_list<std::string_view> known)
      : json_(json), place_(std::move(place)) {
    if (!json.is_object()) throw Error(place_ + " is not an object");
    for (const auto& [key, value] : json.items()) {
      if (std::ranges::find(known, key) == known.end()) throw Error(place_ + "." + key + " is not known");
    }
  }

  bool has(const char* key) const { return json_.contains(key); }
  const Json& at(const char* key) const {
    if (!has(key)) throw Error(where(key) + " is missing");
    return json_.at(key);
  }
  std::string text(const char* key) const {
    if (!at(key).is_string()) throw Error(where(key) + " is not a string");
    return at(key).get<std::string>();
  }
  uint64_t number(const char* key, uint64_t max) const { return number(at(key), where(key), max); }
  double seconds(const char* key) const {
    if (!at(key).is_number() || at(key).get<double>() < 0)
      throw Error(where(key) + " is not a time in seconds");
    return at(key).get<double>();
  }
  const Json& list(const char* key) const {
    if (!at(key).is_array()) throw Error(where(key) + " is not a list");
    return at(key);
  }
  std::string where(const char* key) const { return place_ + "." + key; }

  static uint64_t number(const Json& value, const std::string& where, uint64_t max) {
    const bool negative =
        !value.is_number_unsigned() && value.is_number_integer() && value.get<int64_t>() < 0;
    if (!value.is_number_integer() || negative || value.get<uint64_t>() > max) {
      throw Error(where + " is " + value.dump() + ", not a number from 0 to " + std::to_string(max));
    }
    return value.get<uint64_t>();
  }

 private:
  const Json& json_;
  std::string place_;
};

constexpr uint64_t kMaxNumber = 0xffffff00;  // of ports, as in OpenFlow: what is above has a meaning

PortVlans vlans_from(const Reader& reader) {
  PortVlans vlans;
  if (reader.has("vlan")) vlans.untagged = static_cast<uint16_t>(reader.number("vlan", 4095));
  if (reader.has("trunks")) {
    auto& trunks = vlans.trunks.emplace();
    for (const Json& vlan : reader.list("trunks")) {
      trunks.push_back(static_cast<uint16_t>(Reader::number(vlan, reader.where("trunks"), 4095)));
    }
    std::ranges::sort(trunks);
  }
  return vlans;
}

PortConfig port_from(const Json& json, const std::string& place) {
  const Reader reader(json, place,
                      {"number", "interface", "name", "ifindex", "vlan", "trunks", "peer", "rate"});
  PortConfig port;
  port.number = OfPort{static_cast<uint32_t>(reader.number("number", kMaxNumber))};
  port.interface = reader.text("interface");
  port.name = reader.has("name") ? reader.text("name") : port.interface;
  port.ifindex = IfIndex{static_cast<uint32_t>(reader.number("ifindex", INT32_MAX))};
  port.vlans = vlans_from(reader);
  if (reader.has("peer")) port.peer = reader.text("peer");
  if (reader.has("rate")) port.rate = reader.number("rate", UINT64_MAX);
  return port;
}

MirrorConfig mirror_from(const Json& json, const std::string& place) {
  const Reader reader(json, place, {"ports", "direction", "output"});
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
  const Reader reader(json, "bridge.stp", {"priority", "hello_time", "max_age", "forward_delay"});
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

template <class T>
std::vector<T> list_from(const Reader& reader, const char* key, T (*read)(const Json&, const std::string&)) {
  std::vector<T> all;
  for (const Json& entry : reader.list(key)) {
    all.push_back(read(entry, std::string(key) + "[" + std::to_string(all.size()) + "]"));
  }
  return all;
}

}  // namespace

BridgeConfig bridge_from_json(const Json& json) {
  const Reader reader(json, "bridge", {"name", "dpid", "mac_ageing", "ports", "mirrors", "stp"});
  BridgeConfig bridge;
  bridge.name = reader.text("name");
  if (reader.has("dpid")) bridge.dpid = reader.number("dpid", UINT64_MAX);
  if (reader.has("mac_ageing")) {
    bridge.mac_ageing =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(reader.seconds("mac_ageing")));
  }
  bridge.ports = list_from(reader, "ports", port_from);
  if (reader.has("mirrors")) bridge.mirrors = list_from(reader, "mirrors", mirror_from);
  if (reader.has("stp")) bridge.stp = stp_from(reader.at("stp"));
  return bridge;
}

}  // namespace flowbed::sw
