// What messages say about groups and meters, besides changing them.
#pragma once

#include <array>
#include <chrono>

#include "switchd/slowpath/pipeline/requests.hh"

namespace flowbed::sw::ofp {

struct Counts {
  uint64_t packets = 0, bytes = 0;
};

struct GroupStatsRequest {
  uint32_t group = kGroupAll;
};
struct GroupStats {
  uint32_t group = 0;
  uint32_t references = 0;  // rules and groups that name it
  Counts counts = {};
  std::chrono::nanoseconds age{};
  std::vector<Counts> buckets = {};
};
struct GroupStatsReply {
  std::vector<GroupStats> groups;
};

struct GroupDescRequest {};
struct GroupDesc {
  GroupType type = GroupType::kAll;
  uint32_t group = 0;
  std::vector<Bucket> buckets = {};
};
struct GroupDescReply {
  std::vector<GroupDesc> groups;
};

// Bits of `capabilities`.
inline constexpr uint32_t kGroupSelectWeight = 1, kGroupSelectLiveness = 2, kGroupChaining = 4,
                          kGroupChainingChecks = 8;
struct GroupFeaturesRequest {};
struct GroupFeaturesReply {
  uint32_t types = 0;  // bit n: GroupType n
  uint32_t capabilities = 0;
  std::array<uint32_t, 4> max_groups = {};  // by GroupType
  std::array<uint32_t, 4> actions = {};     // by GroupType; bit n: the action of type n
};

struct MeterStatsRequest {
  uint32_t meter = kMeterAll;
};
struct MeterStats {
  uint32_t meter = 0;
  uint32_t rules = 0;  // that name it
  Counts in = {};
  std::chrono::nanoseconds age{};
  std::vector<Counts> bands = {};  // what each dropped or remarked
};
struct MeterStatsReply {
  std::vector<MeterStats> meters;
};

struct MeterConfigRequest {
  uint32_t meter = kMeterAll;
};
struct MeterConfigReply {
  std::vector<MeterConfig> meters;
};

struct MeterFeaturesRequest {};
struct MeterFeaturesReply {
  uint32_t max_meters = 0;
  uint32_t band_types = 0;    // bit n: MeterBand::Type n
  uint32_t capabilities = 0;  // MeterConfig's flags
  uint8_t max_bands = 0, max_colors = 0;
};

}  // namespace flowbed::sw::ofp
