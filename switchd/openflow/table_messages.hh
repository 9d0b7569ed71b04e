// What messages say about flow tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw::ofp {

// Bits of a table's `config`. Those of a table miss were 1.1's and 1.2's.
inline constexpr uint32_t kTableMissMask = 3, kTableEviction = 1 << 2, kTableVacancyEvents = 1 << 3;
// Bits of `eviction`: what makes a rule go first (1.4).
inline constexpr uint32_t kEvictOther = 1 << 0, kEvictImportance = 1 << 1, kEvictLifetime = 1 << 2;

struct Vacancy {
  uint8_t down = 0, up = 0;  // percent, thresholds
  uint8_t now = 0;           // percent; 0 in requests
  bool operator==(const Vacancy&) const = default;
};

struct TableMod {
  uint8_t table = kTableAll;
  uint32_t config = 0;
  std::optional<uint32_t> eviction = {};  // 1.4
  std::optional<Vacancy> vacancy = {};    // 1.4
  bool operator==(const TableMod&) const = default;
};

// 1.4
struct TableDescRequest {};
struct TableDesc {
  uint8_t table = 0;
  uint32_t config = 0;
  std::optional<uint32_t> eviction = {};
  std::optional<Vacancy> vacancy = {};
};
struct TableDescReply {
  std::vector<TableDesc> tables;
};

enum class VacancyChange : uint8_t { kDown = 3, kUp = 4 };
struct TableStatus {
  VacancyChange reason = VacancyChange::kDown;
  TableDesc table = {};
};

struct TableStatsRequest {};
struct TableStats {
  uint8_t table = 0;
  std::string name = {};   // 1.0
  uint32_t max_rules = 0;  // 1.0
  uint32_t rules = 0;
  uint64_t lookups = 0, matches = 0;
};
struct TableStatsReply {
  std::vector<TableStats> tables;
};

// A field as it is named without a value.
struct FieldId {
  const Field* field;
  bool masked = false;
  bool operator==(const FieldId&) const = default;
};

// What rules can do, and, as another value, what the rule for all else (a table miss) can.
struct TableAbilities {
  std::vector<uint16_t> instructions = {};  // types, as on the wire
  std::vector<uint8_t> next_tables = {};
  std::vector<uint16_t> write_actions = {}, apply_actions = {};  // types, as on the wire
  std::vector<FieldId> write_set_fields = {}, apply_set_fields = {};
  bool operator==(const TableAbilities&) const = default;
};

struct TableFeatures {
  uint8_t table = 0;
  std::string name = {};
  uint64_t metadata_match = 0, metadata_write = 0;
  uint32_t config = 0;
  uint32_t max_rules = 0;
  TableAbilities rules = {}, miss = {};
  std::vector<FieldId> matches = {}, wildcards = {};  // what can be matched; what need not be
  std::vector<uint8_t> synchronized_from = {};        // 1.4
  bool operator==(const TableFeatures&) const = default;
};

struct TableFeaturesRequest {
  std::vector<TableFeatures> wanted = {};  // empty: asks only, unless a request with `more` came before
  bool more = false;                       // another message of the same xid follows
};
struct TableFeaturesReply {
  std::vector<TableFeatures> tables;
};

}  // namespace flowbed::sw::ofp
