#include "switchd/slowpath/stp/priority_vector.hh"

#include <algorithm>
#include <cstdio>

namespace flowbed::sw {
namespace {

constexpr int kAddressBits = 48;

bool same_sender(const PriorityVector& a, const PriorityVector& b) {
  return address_of(a.designated_bridge) == address_of(b.designated_bridge) &&
         number_of(a.designated_port) == number_of(b.designated_port);
}

}  // namespace

BridgeId make_bridge_id(uint16_t priority, const MacAddress& address) {
  uint64_t id = priority;
  for (const uint8_t byte : address.bytes) id = id << 8 | byte;
  return BridgeId{id};
}

MacAddress address_of(BridgeId id) { return MacAddress::from_uint64(static_cast<uint64_t>(id)); }

std::string to_string(BridgeId id) {
  char priority[8];
  snprintf(priority, sizeof priority, "%04x.",
           static_cast<unsigned>(static_cast<uint64_t>(id) >> kAddressBits));
  return priority + address_of(id).to_string();
}

bool is_superior(const PriorityVector& message, const PriorityVector& port) {
  return message < port || same_sender(message, port);
}

uint32_t path_cost_of(uint64_t bits_per_second) {
  constexpr uint64_t kCostTimesRate = 20'000'000'000'000, kMaxCost = 200'000'000;
  return static_cast<uint32_t>(
      std::clamp(kCostTimesRate / std::max<uint64_t>(bits_per_second, 1), uint64_t{1}, kMaxCost));
}

}  // namespace flowbed::sw
