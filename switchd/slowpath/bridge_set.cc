#include "switchd/slowpath/bridge_set.hh"

#include <algorithm>
#include <utility>

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {

// The same port as before, even if its VLANs or its link have changed.
bool same_port(const PortConfig& a, const PortConfig& b) {
  return a.number == b.number && a.ifindex == b.ifindex && a.interface == b.interface;
}

}  // namespace

BridgeSet::Change BridgeSet::put(const BridgeConfig& config, const LinkFinder& find_link) {
  check(config);
  check_interfaces_free(config);
  Bridge& bridge = find_or_make(config.name);
  bridge.config = config;
  Change change;
  auto before = std::exchange(bridge.ports, {});
  const std::vector<const PortConfig*> fresh = keep_ports(bridge, before);
  for (const auto& port : before) {
    if (!port) continue;
    change.removed.push_back(port->number);
    forget_port(*port);
  }
  for (const PortConfig* wanted : fresh) {
    bridge.ports.push_back(make_port(bridge, *wanted, find_link));
    change.added.push_back(bridge.ports.back().get());
  }
  std::ranges::sort(bridge.ports, {}, [](const auto& port) { return port->config.number; });
  for (const auto& port : bridge.ports) connect(*port);
  bridge.resolve_mirrors();
  return change;
}

Bridge& BridgeSet::find_or_make(const std::string& name) {
  auto& bridge = bridges_[name];
  if (!bridge) {
    bridge = std::make_unique<Bridge>();
    bridge->id = next_id_++;
  }
  return *bridge;
}

// Moves the ports that stay from `before` into the bridge; returns the wanted ones that are not there yet.
std::vector<const PortConfig*> BridgeSet::keep_ports(Bridge& bridge, BridgePorts& before) {
  std::map<OfPort, std::unique_ptr<BridgePort>*> by_of_port;
  for (auto& port : before) by_of_port[port->config.number] = &port;
  std::vector<const PortConfig*> fresh;
  for (const PortConfig& wanted : bridge.config.ports) {
    const auto old = by_of_port.find(wanted.number);
    if (old == by_of_port.end() || !same_port((*old->second)->config, wanted)) {
      fresh.push_back(&wanted);
      continue;
    }
    BridgePort& port = **old->second;
    disconnect(port);
    if (port.config.vlans != wanted.vlans) bridge.macs.forget_port(port.number);
    port.config = wanted;
    bridge.ports.push_back(std::move(*old->second));
  }
  return fresh;
}

BridgeSet::Change BridgeSet::remove(std::string_view name) {
  Change change;
  const auto bridge = bridges_.find(name);
  if (bridge == bridges_.end()) throw Error("there is no switch " + std::string(name));
  for (const auto& port : bridge->second->ports) {
    change.removed.push_back(port->number);
    forget_port(*port);
  }
  bridges_.erase(bridge);
  return change;
}

Bridge* BridgeSet::find(std::string_view name) const {
  const auto bridge = bridges_.find(name);
  return bridge == bridges_.end() ? nullptr : bridge->second.get();
}

BridgePort* BridgeSet::port(IfIndex index) const {
  const auto port = by_index_.find(index);
  return port == by_index_.end() ? nullptr : port->second;
}

void BridgeSet::check_interfaces_free(const BridgeConfig& config) const {
  for (const PortConfig& port : config.ports) {
    const BridgePort* owner = this->port(port.ifindex);
    if (!owner || owner->bridge->config.name == config.name) continue;
    throw Error("switch " + config.name + ": interface " + port.interface + " is a port of " +
                owner->bridge->config.name + " already");
  }
}

std::unique_ptr<BridgePort> BridgeSet::make_port(Bridge& bridge, const PortConfig& config,
                                                 const LinkFinder& find_link) {
  auto port = std::make_unique<BridgePort>();

  port->number = take_number();
  port->bridge = &bridge;
  port->config = config;
  port->link = find_link(config.ifindex);
  by_number_[to_number(port->number)] = port.get();
  by_index_[config.ifindex] = port.get();
  by_interface_[config.interface] = port.get();
  return port;
}

void BridgeSet::forget_port(BridgePort& port) {
  disconnect(port);
  port.bridge->macs.forget_port(port.number);
  by_number_[to_number(port.number)] = nullptr;
  unused_numbers_.push_back(port.number);
  by_index_.erase(port.config.ifindex);
  const auto named = by_interface_.find(port.config.interface);
  if (named != by_interface_.end() && named->second == &port) by_interface_.erase(named);
}

// A link is one when both ends name each other.
void BridgeSet::connect(BridgePort& port) {
  if (port.peer || port.config.peer.empty()) return;
  const auto other = by_interface_.find(port.config.peer);
  if (other == by_interface_.end() || other->second->config.peer != port.config.interface) return;
  port.peer = other->second;
  other->second->peer = &port;
  links_++;
}

void BridgeSet::disconnect(BridgePort& port) {
  if (!port.peer) return;
  port.peer->peer = nullptr;
  port.peer = nullptr;
  links_--;
}

PortNo BridgeSet::take_number() {
  if (unused_numbers_.empty()) {
    by_number_.push_back(nullptr);
    return PortNo{static_cast<uint32_t>(by_number_.size() - 1)};
  }
  const PortNo number = unused_numbers_.back();
  unused_numbers_.pop_back();
  return number;
}

std::string BridgeSet::port_name(PortNo number) const {
  const BridgePort* found = port(number);
  return found ? found->config.name : "port " + std::to_string(to_number(number));
}

}  // namespace flowbed::sw
