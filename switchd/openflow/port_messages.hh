// What messages say about ports and their queues.
//
// Bits are those of OpenFlow 1.3; where 1.0 has others, the codec translates.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/address.hh"
#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw::ofp {

// Bits of a port's `config`. Those of spanning tree and floods are 1.0's alone.
inline constexpr uint32_t kPortDown = 1 << 0, kPortNoStp = 1 << 1, kPortNoReceive = 1 << 2,
                          kPortNoReceiveStp = 1 << 3, kPortNoFlood = 1 << 4, kPortNoForward = 1 << 5,
                          kPortNoPacketIn = 1 << 6;
// Bits of a port's `state`.
inline constexpr uint32_t kPortLinkDown = 1 << 0, kPortBlocked = 1 << 1, kPortLive = 1 << 2;
// Bits of `current`, `advertised`, `supported`, `peer`.
inline constexpr uint32_t kSpeed10Half = 1 << 0, kSpeed10 = 1 << 1, kSpeed100Half = 1 << 2,
                          kSpeed100 = 1 << 3, kSpeed1GHalf = 1 << 4, kSpeed1G = 1 << 5, kSpeed10G = 1 << 6,
                          kSpeed40G = 1 << 7, kSpeed100G = 1 << 8, kSpeed1T = 1 << 9, kSpeedOther = 1 << 10,
                          kCopper = 1 << 11, kFiber = 1 << 12, kAutonegotiation = 1 << 13, kPause = 1 << 14,
                          kPauseAsymmetric = 1 << 15;

enum class StpState : uint8_t { kListen = 0, kLearn = 1, kForward = 2, kBlock = 3 };

struct PhyPort {
  OfPort number{};
  MacAddress address = {};
  std::string name = {};  // cut to 15 bytes
  uint32_t config = 0, state = 0;
  StpState stp_state = StpState::kListen;  // only 1.0 has it
  uint32_t current = 0, advertised = 0, supported = 0, peer = 0;
  uint32_t current_speed = 0, max_speed = 0;  // kbit/s; 1.0 has none
  bool operator==(const PhyPort&) const = default;
};

struct PortMod {
  OfPort port{};
  MacAddress address = {};
  uint32_t config = 0, mask = 0;  // only bits of `mask` change
  uint32_t advertise = 0;         // 0: as it is
  bool operator==(const PortMod&) const = default;
};

enum class PortChange : uint8_t { kAdd = 0, kDelete = 1, kModify = 2 };
struct PortStatus {
  PortChange reason = PortChange::kModify;
  PhyPort port = {};
};

struct PortStatsRequest {
  OfPort port = kOfPortAny;
};
// A counter that is not known is UINT64_MAX.
struct PortStats {
  OfPort port{};
  uint64_t rx_packets = 0, tx_packets = 0, rx_bytes = 0, tx_bytes = 0;
  uint64_t rx_dropped = 0, tx_dropped = 0, rx_errors = 0, tx_errors = 0;
  uint64_t rx_frame_errors = 0, rx_overruns = 0, rx_crc_errors = 0, collisions = 0;
  std::chrono::nanoseconds age{};  // 1.0 has none
};
struct PortStatsReply {
  std::vector<PortStats> ports;
};

struct PortDescRequest {
  OfPort port = kOfPortAny;
};
struct PortDescReply {
  std::vector<PhyPort> ports;
};

inline constexpr uint32_t kQueueAll = 0xffffffff;
struct QueueStatsRequest {
  OfPort port = kOfPortAny;
  uint32_t queue = kQueueAll;
};
struct QueueStats {
  OfPort port{};
  uint32_t queue = 0;
  uint64_t tx_bytes = 0, tx_packets = 0, tx_errors = 0;
  std::chrono::nanoseconds age{};  // 1.0 has none
};
struct QueueStatsReply {
  std::vector<QueueStats> queues;
};

// How queues are configured: a message of its own up to 1.3, a multipart message from 1.4 on.
struct QueueConfigRequest {
  OfPort port = kOfPortAny;
  uint32_t queue = kQueueAll;  // 1.4
};
struct QueueConfig {
  OfPort port{};
  uint32_t queue = 0;
  std::optional<uint16_t> min_rate = {}, max_rate = {};  // in thousandths of the port's rate
};
struct QueueConfigReply {
  OfPort port = kOfPortAny;  // as it was asked for
  std::vector<QueueConfig> queues;
};

}  // namespace flowbed::sw::ofp
