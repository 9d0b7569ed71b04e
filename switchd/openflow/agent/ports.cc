#include "switchd/openflow/agent/ports.hh"

#include <string>

#include "switchd/slowpath/pipeline/of_fault.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr uint32_t kDefaultSpeed = 10'000'000;  // kbit/s, as the kernel says of a veth
constexpr uint32_t kKeptFlags = kPortDown | kPortNoReceive | kPortNoFlood | kPortNoForward | kPortNoPacketIn;

// Where the interface's own is not known: made of the bridge's and the port's numbers, locally administered.
MacAddress made_up_address(const BridgePort& port) {
  const uint64_t number =
      (port.bridge->config.dpid & 0xffff) << 24 | (to_number(port.config.number) & 0xffffff);
  return MacAddress::from_uint64(uint64_t{0x02} << 40 | number);
}

uint32_t speed_of(const BridgePort& port) {
  if (!port.config.rate) return kDefaultSpeed;
  return static_cast<uint32_t>(std::min<uint64_t>(*port.config.rate / 1000, UINT32_MAX));
}

uint32_t feature_of(uint32_t speed) {
  switch (speed) {
    case 10'000:
      return kSpeed10;
    case 100'000:
      return kSpeed100;
    case 1'000'000:
      return kSpeed1G;
    case 10'000'000:
      return kSpeed10G;
    case 40'000'000:
      return kSpeed40G;
    case 100'000'000:
      return kSpeed100G;
    default:
      return kSpeedOther;
  }
}

StpState stp_state_of(const BridgePort& port) {
  if (!port.bridge->tree) return StpState::kListen;
  if (port.forwarding) return StpState::kForward;
  return port.learning ? StpState::kLearn : StpState::kBlock;
}

uint32_t state_of(const BridgePort& port) {
  if (!port.link.up) return kPortLinkDown;
  if (!port.forwarding) return kPortBlocked;
  return port.flags & kPortDown ? 0 : kPortLive;
}

}  // namespace

PhyPort describe(const BridgePort& port) {
  const uint32_t speed = speed_of(port), feature = feature_of(speed) | kCopper;
  return {.number = port.config.number,
          .address = port.link.address == MacAddress{} ? made_up_address(port) : port.link.address,
          .name = port.config.name,
          .config = port.flags & kKeptFlags,
          .state = state_of(port),
          .stp_state = stp_state_of(port),
          .current = feature,
          .current_speed = speed,
          .max_speed = speed};
}

BridgePort* find_port(const Bridge& bridge, OfPort number, OfFaultKind missing) {
  if (number == kOfPortAny) return nullptr;
  BridgePort* port = bridge.find_port(number);
  if (!port) throw OfFault(missing, "there is no port " + std::to_string(to_number(number)));
  return port;
}

void check(const PortMod& mod, const Bridge& bridge) {
  const BridgePort* port = bridge.find_port(mod.port);
  if (!port)
    throw OfFault(OfFaultKind::kPortModBadPort, "there is no port " + std::to_string(to_number(mod.port)));
  if (const MacAddress address = describe(*port).address; mod.address != address)
    throw OfFault(OfFaultKind::kPortModBadHardwareAddress,
                  port->config.name + " has the address " + address.to_string());
}

// What shall be advertised is no matter of a virtual interface.
void apply(const PortMod& mod, Bridge& bridge, SlowPath& slow_path) {
  check(mod, bridge);
  BridgePort& port = *bridge.find_port(mod.port);
  const uint32_t mask = mod.mask & kKeptFlags;
  slow_path.set_port_flags(port, (port.flags & ~mask) | (mod.config & mask));
}

}  // namespace flowbed::sw::ofp
