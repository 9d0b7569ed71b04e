#include "switchd/slowpath/bridge.hh"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {

constexpr uint16_t kMaxVlan = 4094;

[[noreturn]] void fail(const BridgeConfig& config, const std::string& fault) {
  throw Error("switch " + config.name + ": " + fault);
}

void check_vlans(const BridgeConfig& config, const PortConfig& port) {
  const auto& vlans = port.vlans;
  if (vlans.untagged && (*vlans.untagged == 0 || *vlans.untagged > kMaxVlan)) {
    fail(config,
         "port " + port.name + ": vlan " + std::to_string(*vlans.untagged) + " is not one of 1 … 4094");
  }
  if (!vlans.trunks) return;
  for (const uint16_t vlan : *vlans.trunks) {
    if (vlan > kMaxVlan)
      fail(config, "port " + port.name + ": trunk vlan " + std::to_string(vlan) + " is above 4094");
  }
}

void check_ports(const BridgeConfig& config) {
  std::set<OfPort> numbers;
  std::set<IfIndex> indices;
  std::unordered_set<std::string> names;
  for (const PortConfig& port : config.ports) {
    if (!numbers.insert(port.number).second) {
      fail(config, "port number " + std::to_string(to_number(port.number)) + " is used twice");
    }
    if (!names.insert(port.name).second) fail(config, "port name " + port.name + " is used twice");
    if (!indices.insert(port.ifindex).second) fail(config, "interface " + port.interface + " is used twice");
    check_vlans(config, port);
  }
}

void check_mirrors(const BridgeConfig& config) {
  if (config.mirrors.size() > Bridge::kMaxMirrors) fail(config, "there are more than 32 mirrors");
  std::unordered_set<std::string> names;
  for (const PortConfig& port : config.ports) names.insert(port.name);
  for (const MirrorConfig& mirror : config.mirrors) {
    std::vector<std::string> all = mirror.ports;
    all.push_back(mirror.output);
    for (const std::string& name : all) {
      if (!names.contains(name))
        fail(config, "a mirror names port " + name + ", which the switch does not have");
    }
  }
}

void check_range(const BridgeConfig& config, const char* what, uint16_t value, uint16_t least,
                 uint16_t most) {
  if (value >= least && value <= most) return;
  fail(config, std::string("stp ") + what + " is " + std::to_string(value) + ", not one of " +
                   std::to_string(least) + " … " + std::to_string(most));
}

void check_stp(const BridgeConfig& config) {
  if (!config.stp) return;
  const StpConfig& stp = *config.stp;
  if (stp.priority % 4096 != 0) fail(config, "stp priority is not a multiple of 4096");
  check_range(config, "hello_time", stp.hello_time, 1, 2);
  check_range(config, "max_age", stp.max_age, 6, 40);
  check_range(config, "forward_delay", stp.forward_delay, 4, 30);
  // 17.14: else one bridge may give up what another still believes
  if (2 * (stp.forward_delay - 1) < stp.max_age || stp.max_age < 2 * (stp.hello_time + 1)) {
    fail(config,
         "stp times do not fit: 2 * (forward_delay - 1) >= max_age >= 2 * (hello_time + 1) must hold");
  }
  for (const PortConfig& port : config.ports) {
    if (to_number(port.number) == 0 || to_number(port.number) > kMaxStpPort)
      fail(config, "port " + port.name + ": spanning tree numbers ports from 1 to 4095 only");
  }
}

}  // namespace

void check(const BridgeConfig& config) {
  if (config.name.empty()) throw Error("a switch needs a name");
  if (config.mac_ageing < Duration(0)) fail(config, "mac_ageing is negative");
  check_ports(config);
  check_mirrors(config);
  check_stp(config);
}

BridgePort* Bridge::find_port(std::string_view name) const {
  const auto port = std::ranges::find_if(ports, [&](const auto& p) { return p->config.name == name; });
  return port == ports.end() ? nullptr : port->get();
}

BridgePort* Bridge::find_port(OfPort number) const {
  const auto port = std::ranges::find_if(ports, [&](const auto& p) { return p->config.number == number; });
  return port == ports.end() ? nullptr : port->get();
}

void Bridge::resolve_mirrors() {
  for (const auto& port : ports) {
    port->mirror_output = false;
    port->mirrors_in = port->mirrors_out = 0;
  }
  mirror_outputs.clear();
  for (const MirrorConfig& mirror : config.mirrors) {
    const uint32_t bit = 1u << mirror_outputs.size();
    for (const std::string& name : mirror.ports) {
      BridgePort* port = find_port(name);
      if (mirror.in) port->mirrors_in |= bit;
      if (mirror.out) port->mirrors_out |= bit;
    }
    mirror_outputs.push_back(find_port(mirror.output));
    mirror_outputs.back()->mirror_output = true;
  }
}

}  // namespace flowbed::sw
