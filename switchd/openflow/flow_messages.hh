// What switches tell about rules, and the packets they hand over.
#pragma once

#include <chrono>

#include "switchd/slowpath/pipeline/requests.hh"

namespace flowbed::sw::ofp {

// In 1.0, `nicira` asks in Nicira's extensible form (NXST_FLOW), and the reply is to have it too.
struct FlowStatsRequest {
  FlowFilter filter = {};
  bool nicira = false;
};
struct FlowStats {
  uint8_t table = 0;
  uint16_t priority = 0;
  Match match = {};
  uint64_t cookie = 0;
  uint16_t idle_timeout = 0, hard_timeout = 0;  // s
  uint16_t importance = 0;                      // 1.4
  uint16_t flags = 0;                           // 1.3 on
  std::chrono::nanoseconds age{};
  std::chrono::nanoseconds idle{};  // since the last packet, or since the rule is there: Nicira's alone
  uint64_t packets = 0, bytes = 0;  // UINT64_MAX: not counted
  Instructions instructions = {};
};
struct FlowStatsReply {
  std::vector<FlowStats> rules;
  bool nicira = false;
};

struct AggregateStatsRequest {
  FlowFilter filter = {};
  bool nicira = false;
};
struct AggregateStatsReply {
  uint64_t packets = 0, bytes = 0;
  uint32_t rules = 0;
  bool nicira = false;
};

struct PacketIn {
  uint32_t buffer = kNoBuffer;
  uint16_t total_size = 0;  // bytes, of the whole frame
  PacketInReason reason = PacketInReason::kTableMiss;
  uint8_t table = 0;
  uint64_t cookie = UINT64_MAX;     // of the rule; UINT64_MAX: there was none
  Match match = {};                 // in_port, and what is not zero of metadata, tun_id and the registers
  std::vector<uint8_t> frame = {};  // its beginning, as long as the controller wants it
  bool nicira = false;              // 1.0: as NXT_PACKET_IN
};

enum class RemovedReason : uint8_t {
  kIdleTimeout = 0,
  kHardTimeout = 1,
  kDelete = 2,
  kGroupDelete = 3,  // 1.3
  kMeterDelete = 4,  // 1.4
  kEviction = 5,     // 1.4
};
struct FlowRemoved {
  RemovedReason reason = RemovedReason::kDelete;
  uint8_t table = 0;
  uint16_t priority = 0;
  Match match = {};
  uint64_t cookie = 0;
  uint16_t idle_timeout = 0, hard_timeout = 0;  // s
  std::chrono::nanoseconds age{};
  uint64_t packets = 0, bytes = 0;
  bool nicira = false;  // 1.0: as NXT_FLOW_REMOVED
};

}  // namespace flowbed::sw::ofp
