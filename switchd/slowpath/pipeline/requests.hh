// What a controller, or a person, asks of a switch's tables: values without a version of OpenFlow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "switchd/slowpath/pipeline/match.hh"
#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw {

// Flags of a rule, as in OpenFlow 1.3 on.
inline constexpr uint16_t kFlowSendRemoved = 1, kFlowCheckOverlap = 2, kFlowResetCounts = 4,
                          kFlowNoPacketCounts = 8, kFlowNoByteCounts = 16;

// As the new cookie of a modify that sets one (1.0): the rules keep theirs.
inline constexpr uint64_t kKeepCookie = UINT64_MAX;

struct FlowMod {
  enum class Command : uint8_t { kAdd, kModify, kModifyStrict, kDelete, kDeleteStrict };

  Command command = Command::kAdd;
  uint8_t table = 0;  // kTableAll: every table, only to delete (and to modify, in 1.0)
  Match match = {};
  uint16_t priority = 0x8000;
  uint64_t cookie = 0, cookie_mask = 0;
  uint16_t idle_timeout = 0, hard_timeout = 0;  // s; 0: none
  uint16_t importance = 0;                      // 1.4
  uint16_t flags = 0;
  uint32_t buffer = kNoBuffer;
  OfPort out_port = kOfPortAny;  // to delete: only rules that output there
  uint32_t out_group = kGroupAny;
  Instructions instructions = {};
  // 1.0 and 1.1: a modify that finds no rule adds one.
  bool modify_adds = false;
};

// Which rules a person or a controller asks about.
struct FlowFilter {
  uint8_t table = kTableAll;
  Match match = {};
  OfPort out_port = kOfPortAny;
  uint32_t out_group = kGroupAny;
  uint64_t cookie = 0, cookie_mask = 0;
};

enum class GroupType : uint8_t { kAll = 0, kSelect = 1, kIndirect = 2, kFastFailover = 3 };

struct Bucket {
  uint16_t weight = 0;  // of select groups
  OfPort watch_port = kOfPortAny;
  uint32_t watch_group = kGroupAny;
  OfActions actions = {};
  bool operator==(const Bucket&) const = default;
};

struct GroupMod {
  enum class Command : uint8_t { kAdd, kModify, kDelete, kAddOrModify };

  Command command = Command::kAdd;
  GroupType type = GroupType::kAll;
  uint32_t id = 0;  // kGroupAll: to delete every one
  std::vector<Bucket> buckets = {};
};

struct MeterBand {
  enum class Type : uint16_t { kDrop = 1, kDscpRemark = 2 };

  Type type = Type::kDrop;
  uint32_t rate = 0;       // kbit/s, or packets/s
  uint32_t burst = 0;      // kbit, or packets; 0: the switch chooses
  uint8_t precedence = 0;  // kDscpRemark: by so many steps the drop precedence rises
  bool operator==(const MeterBand&) const = default;
};

struct MeterConfig {
  static constexpr uint16_t kKbps = 1, kPktps = 2, kBurst = 4, kStats = 8;  // flags

  uint32_t id = 0;
  uint16_t flags = 0;
  std::vector<MeterBand> bands = {};
  bool operator==(const MeterConfig&) const = default;
};

struct MeterMod {
  enum class Command : uint8_t { kAdd, kModify, kDelete };

  Command command = Command::kAdd;
  MeterConfig meter = {};  // kDelete: only the id; kMeterAll: every one
};

struct PacketOut {
  uint32_t buffer = kNoBuffer;
  OfPort in_port = kOfPortController;
  OfActions actions = {};
  std::vector<uint8_t> frame = {};  // as on the wire; empty where a buffer is named
};

}  // namespace flowbed::sw
