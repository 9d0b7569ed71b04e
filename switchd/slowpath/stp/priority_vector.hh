// What spanning tree compares: identifiers, and the priority vectors made of them. The lower one is the
// better one, always. (IEEE 802.1D-2004, 9.2.5, 9.2.7 and 17.6)
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "core/base/address.hh"

namespace flowbed::sw {

enum class BridgeId : uint64_t {};  // 16 bits of priority, then the bridge's address
enum class PortId : uint16_t {};    // 4 bits of priority, then 12 of the port's number

inline constexpr uint16_t kMaxStpPort = 0x0fff;

BridgeId make_bridge_id(uint16_t priority, const MacAddress& address);
MacAddress address_of(BridgeId id);
std::string to_string(BridgeId id);  // "8000.0a:00:00:00:00:01"

constexpr PortId make_port_id(uint16_t number) {  // with the standard's priority of 128
  return PortId{static_cast<uint16_t>(0x8000 | number)};
}
constexpr uint16_t number_of(PortId id) { return static_cast<uint16_t>(id) & kMaxStpPort; }

struct PriorityVector {
  BridgeId root{};
  uint32_t root_path_cost = 0;
  BridgeId designated_bridge{};
  PortId designated_port{};

  auto operator<=>(const PriorityVector&) const = default;
};

// Whether a message's vector takes the place of the one that a port has (17.6): it is better, or comes from
// the same designated port, which may have to say something worse.
bool is_superior(const PriorityVector& message, const PriorityVector& port);

// Timer values, whole seconds (17.13; on the wire they have a resolution of 1/256 s).
struct StpTimes {
  uint16_t message_age = 0;
  uint16_t max_age = 20;
  uint16_t hello_time = 2;
  uint16_t forward_delay = 15;

  bool operator==(const StpTimes&) const = default;
};

// The recommended path cost of a port of this rate (17.14, table 17-3): 20,000 for 1 Gbit/s.
uint32_t path_cost_of(uint64_t bits_per_second);

}  // namespace flowbed::sw
