// DirectionSettings: what a link does to the packets that cross it in one direction.
//
// A packet waits in a queue until it can be sent at the link's rate, and is then on its way for the link's
// delay. What befalls it there (loss, damage, a double, being overtaken) is decided when it is sent.
#pragma once

#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "core/base/clock.hh"

namespace flowbed::sw {

// Shares and correlations are 0 … 1. The correlation is that of neighbouring packets.
struct Chance {
  double share = 0, correlation = 0;
  bool operator==(const Chance&) const = default;
};

// Two states; each packet is lost with the chance of the state, which changes after it.
struct GilbertElliott {
  double to_bad = 0, to_good = 1;
  double loss_in_bad = 1, loss_in_good = 0;
  bool operator==(const GilbertElliott&) const = default;
};

struct LossPattern {
  std::vector<bool> drops;  // one after the other, over and over
  bool operator==(const LossPattern&) const = default;
};

using LossSettings = std::variant<std::monostate, Chance, GilbertElliott, LossPattern>;

enum class JitterShape { kUniform, kNormal, kPareto, kParetoNormal, kTable };

struct JitterSettings {
  Duration spread{};  // kUniform: at most so far from the delay; else its standard deviation
  JitterShape shape = JitterShape::kUniform;
  // kTable: quantiles at equal distances, in spreads from the delay; at least two, rising.
  std::vector<double> table = {};
  double correlation = 0;
  bool may_reorder = false;  // else a packet waits for those before it
  bool operator==(const JitterSettings&) const = default;
};

// Some packets take no delay, and overtake others. `gap`: only every so manieth packet may.
struct ReorderSettings {
  Chance chance = {};
  unsigned gap = 1;
  bool operator==(const ReorderSettings&) const = default;
};

// Opportunities to send 1500 bytes, in milliseconds from the beginning, rising; the last one is the period.
using DeliveryTrace = std::vector<uint64_t>;

struct RateSettings {
  uint64_t bits_per_second = 0;
  uint32_t overhead = 0;  // bytes that each packet takes on the wire besides its own
  uint64_t burst = 0;     // bytes that may leave at once after a pause
  bool operator==(const RateSettings&) const = default;
};

struct QueueLimit {
  std::optional<uint64_t> packets = {}, bytes = {};
  bool operator==(const QueueLimit&) const = default;
};

struct DropTailSettings {
  bool operator==(const DropTailSettings&) const = default;
};
struct RedSettings {          // Floyd and Jacobson, 1993
  uint64_t min = 0, max = 0;  // bytes of the average queue
  double chance = 0.02;       // of a drop at max
  double weight = 0.002;      // of the newest length in the average
  bool operator==(const RedSettings&) const = default;
};
struct CodelSettings {  // RFC 8289
  Duration target = std::chrono::milliseconds(5), interval = std::chrono::milliseconds(100);
  bool operator==(const CodelSettings&) const = default;
};
struct FqCodelSettings {  // RFC 8290
  CodelSettings codel = {};
  uint32_t flows = 1024, quantum = 1514;
  bool operator==(const FqCodelSettings&) const = default;
};
struct PieSettings {  // RFC 8033
  Duration target = std::chrono::milliseconds(15), update = std::chrono::milliseconds(15);
  Duration burst_allowance = std::chrono::milliseconds(150);
  bool operator==(const PieSettings&) const = default;
};
using DisciplineSettings =
    std::variant<DropTailSettings, RedSettings, CodelSettings, FqCodelSettings, PieSettings>;

struct QueueSettings {
  QueueLimit limit{.packets = 1000, .bytes = {}};
  DisciplineSettings discipline = {};
  bool ecn = false;  // marks packets that can be marked instead of dropping them
  bool operator==(const QueueSettings&) const = default;
};

// Without a limit, at a rate, or as a trace has it.
using Capacity = std::variant<std::monostate, RateSettings, std::shared_ptr<const DeliveryTrace>>;

struct DirectionSettings {
  Capacity rate = {};
  QueueSettings queue = {};
  Duration delay{};
  std::optional<JitterSettings> jitter = {};
  LossSettings loss = {};
  std::optional<Chance> duplicate = {}, corrupt = {};
  std::optional<ReorderSettings> reorder = {};
  uint64_t seed = 0;
};

}  // namespace flowbed::sw
