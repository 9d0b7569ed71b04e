#include "switchd/control/verb_ports.hh"

#include <algorithm>
#include <array>
#include <cinttypes>

#include "core/base/error.hh"
#include "switchd/openflow/agent/ports.hh"
#include "switchd/slowpath/bridge_port_names.hh"

namespace flowbed::sw {
namespace {

struct PortSetting {
  const char* allows;
  const char* forbids;
  const char* name;  // in a port's description
  uint32_t flag;
};
constexpr std::array kSettings = {PortSetting{"up", "down", "PORT_DOWN", kPortDown},
                                  PortSetting{"receive", "no-receive", "NO_RECV", kPortNoReceive},
                                  PortSetting{"flood", "no-flood", "NO_FLOOD", kPortNoFlood},
                                  PortSetting{"forward", "no-forward", "NO_FWD", kPortNoForward},
                                  PortSetting{"packet-in", "no-packet-in", "NO_PACKET_IN", kPortNoPacketIn}};

Json to_json(const Counters& counters) {
  return {{"packets", counters.packets}, {"bytes", counters.bytes}, {"dropped", counters.dropped}};
}

Json names_of(uint32_t flags) {
  Json names = Json::array();
  for (const PortSetting& setting : kSettings) {
    if (flags & setting.flag) names.push_back(setting.name);
  }
  return names;
}

std::string in_hex(uint64_t dpid) {
  char text[17];
  snprintf(text, sizeof text, "%016" PRIx64, dpid);
  return text;
}

BridgePort& find_port(const Bridge& bridge, const std::string& text) {
  const auto number = parse_port(text, port_names(bridge));
  BridgePort* port = number ? bridge.find_port(*number) : nullptr;
  if (!port) throw Error(bridge.config.name + " has no port " + text + "; \"ports\" shows those that it has");
  return *port;
}

}  // namespace

Json describe_ports(const SlowPath& slow_path, const Bridge& bridge) {
  Json ports = Json::array();
  for (const auto& port : bridge.ports) {
    const PortTotals totals = slow_path.totals(*port);
    ports.push_back({{"name", port->config.name},
                     {"number", to_number(port->config.number)},
                     {"up", port->link.up},
                     {"config", names_of(port->flags)},
                     {"address", ofp::describe(*port).address.to_string()},
                     {"rx", to_json(totals.rx)},
                     {"tx", to_json(totals.tx)}});
  }
  return {{"switch", bridge.config.name}, {"dpid", in_hex(bridge.config.dpid)}, {"ports", std::move(ports)}};
}

std::string port_settings() {
  std::string all;
  for (const PortSetting& setting : kSettings)
    all += (all.empty() ? "" : "|") + std::string(setting.allows) + "|" + setting.forbids;
  return all;
}

void set_port(SlowPath& slow_path, Bridge& bridge, const std::string& port, const std::string& setting) {
  BridgePort& changed = find_port(bridge, port);
  const auto* found = std::ranges::find_if(
      kSettings, [&](const PortSetting& one) { return setting == one.allows || setting == one.forbids; });
  const bool allowed = setting == found->allows;
  slow_path.set_port_flags(changed, allowed ? changed.flags & ~found->flag : changed.flags | found->flag);
}

}  // namespace flowbed::sw
