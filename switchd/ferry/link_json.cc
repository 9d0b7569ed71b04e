#include "switchd/ferry/link_json.hh"

#include <algorithm>
#include <functional>
#include <limits>

#include "core/base/json_reader.hh"

namespace flowbed::sw {
namespace {

constexpr uint64_t kAnyNumber = std::numeric_limits<uint64_t>::max();
constexpr uint64_t kLongest = 1'000'000'000'000;  // ns of a delay, ms of a trace: far beyond any link

Duration duration_from(const JsonReader& reader, const char* key) {
  return Duration(static_cast<int64_t>(reader.number(key, kLongest)));
}

double share_from(const JsonReader& reader, const char* key) {
  const double share = reader.real(key);
  if (!(share >= 0 && share <= 1)) throw Error(reader.where(key) + " is not from 0 to 1");
  return share;
}

// A correlation of 1 would never change.
double correlation_from(const JsonReader& reader, const char* key) {
  if (!reader.has(key)) return 0;
  const double correlation = share_from(reader, key);
  if (correlation == 1) throw Error(reader.where(key) + " is 1; it has to be less");
  return correlation;
}

Chance chance_from(const JsonReader& reader, const char* key, const char* correlation) {
  return {share_from(reader, key), correlation_from(reader, correlation)};
}

std::optional<Chance> optional_chance(const JsonReader& reader, const char* key, const char* correlation) {
  return reader.has(key) ? std::optional(chance_from(reader, key, correlation)) : std::nullopt;
}

RateSettings rate_from(const JsonReader& reader) {
  RateSettings rate{.bits_per_second = reader.number("rate", kAnyNumber)};
  if (rate.bits_per_second == 0) throw Error(reader.where("rate") + " is 0, at which nothing passes");
  if (reader.has("overhead")) rate.overhead = static_cast<uint32_t>(reader.number("overhead", 65535));
  if (reader.has("burst")) rate.burst = reader.number("burst", uint64_t{1} << 40);
  return rate;
}

std::shared_ptr<const DeliveryTrace> trace_from(const JsonReader& reader) {
  DeliveryTrace trace;
  for (const Json& entry : reader.list("trace"))
    trace.push_back(JsonReader::number(entry, reader.where("trace"), kLongest));
  if (trace.empty() || trace.back() == 0) throw Error(reader.where("trace") + " has no period");
  if (!std::ranges::is_sorted(trace)) throw Error(reader.where("trace") + " is not in order");
  return std::make_shared<const DeliveryTrace>(std::move(trace));
}

template <class Value>
using Names = std::initializer_list<std::pair<std::string_view, Value>>;

template <class Value>
Value one_of(const JsonReader& reader, const char* key, Names<Value> names) {
  const std::string text = reader.text(key);
  const auto found = std::ranges::find(names, text, [](const auto& name) { return name.first; });
  if (found == names.end()) throw Error(reader.where(key) + " is not known: " + text);
  return found->second;
}

std::vector<double> table_from(const JsonReader& reader) {
  std::vector<double> table;
  for (const Json& entry : reader.list("jitter_table")) {
    if (!entry.is_number()) throw Error(reader.where("jitter_table") + " has something that is no number");
    table.push_back(entry.get<double>());
  }
  if (table.size() < 2 || !std::ranges::is_sorted(table) || table.front() == table.back())
    throw Error(reader.where("jitter_table") + " does not rise");
  return table;
}

JitterSettings jitter_from(const JsonReader& reader) {
  JitterSettings jitter{.spread = duration_from(reader, "jitter")};
  if (reader.has("distribution"))
    jitter.shape = one_of<JitterShape>(reader, "distribution",
                                       {{"uniform", JitterShape::kUniform},
                                        {"normal", JitterShape::kNormal},
                                        {"pareto", JitterShape::kPareto},
                                        {"paretonormal", JitterShape::kParetoNormal},
                                        {"table", JitterShape::kTable}});
  if (jitter.shape == JitterShape::kTable) jitter.table = table_from(reader);
  jitter.correlation = correlation_from(reader, "jitter_correlation");
  jitter.may_reorder = reader.has("reordering") && reader.flag("reordering");
  return jitter;
}

GilbertElliott gilbert_elliott_from(const JsonReader& reader) {
  const Json& list = reader.list("loss_model");
  double shares[4];
  if (list.size() != std::size(shares)) throw Error(reader.where("loss_model") + " has not four shares");
  for (size_t i = 0; i < std::size(shares); i++) {
    if (!list[i].is_number()) throw Error(reader.where("loss_model") + " has something that is no number");
    shares[i] = list[i].get<double>();
    if (!(shares[i] >= 0 && shares[i] <= 1))
      throw Error(reader.where("loss_model") + " has something that is not from 0 to 1");
  }
  return {shares[0], shares[1], shares[2], shares[3]};
}

LossPattern pattern_from(const JsonReader& reader) {
  LossPattern pattern;
  for (const char digit : reader.text("loss_pattern")) {
    if (digit != '0' && digit != '1') throw Error(reader.where("loss_pattern") + " is not of 0 and 1");
    pattern.drops.push_back(digit == '1');
  }
  if (pattern.drops.empty()) throw Error(reader.where("loss_pattern") + " is empty");
  return pattern;
}

LossSettings loss_from(const JsonReader& reader) {
  if (reader.has("loss_pattern")) return pattern_from(reader);
  if (reader.has("loss_model")) return gilbert_elliott_from(reader);
  if (reader.has("loss")) return chance_from(reader, "loss", "loss_correlation");
  return std::monostate();
}

std::optional<ReorderSettings> reorder_from(const JsonReader& reader) {
  if (!reader.has("reorder")) return {};
  ReorderSettings reorder{.chance = chance_from(reader, "reorder", "reorder_correlation")};
  if (reader.has("reorder_gap")) reorder.gap = static_cast<unsigned>(reader.number("reorder_gap", 1u << 30));
  return reorder;
}

RedSettings red_from(const JsonReader& reader) {
  RedSettings red{.min = reader.number("red_min", kAnyNumber), .max = reader.number("red_max", kAnyNumber)};
  if (red.min >= red.max) throw Error(reader.where("red_min") + " is not less than red_max");
  if (reader.has("red_chance")) red.chance = share_from(reader, "red_chance");
  return red;
}

template <class Settings>
Settings with_target(const JsonReader& reader, Settings settings) {
  if (reader.has("target")) settings.target = duration_from(reader, "target");
  return settings;
}

CodelSettings codel_from(const JsonReader& reader) {
  CodelSettings codel = with_target(reader, CodelSettings{});
  if (reader.has("interval")) codel.interval = duration_from(reader, "interval");
  return codel;
}

DisciplineSettings discipline_from(const JsonReader& reader) {
  if (!reader.has("discipline")) return DropTailSettings{};
  using Make = std::function<DisciplineSettings(const JsonReader&)>;
  return one_of<Make>(reader, "discipline",
                      {{"droptail", [](const auto&) { return DropTailSettings{}; }},
                       {"red", red_from},
                       {"codel", codel_from},
                       {"fq_codel", [](const auto& r) { return FqCodelSettings{.codel = codel_from(r)}; }},
                       {"pie", [](const auto& r) { return with_target(r, PieSettings{}); }}})(reader);
}

QueueSettings queue_from(const JsonReader& reader) {
  QueueSettings queue;
  if (reader.has("max_queue_bytes"))
    queue.limit = {.packets = {}, .bytes = reader.number("max_queue_bytes", kAnyNumber)};
  if (reader.has("max_queue")) queue.limit.packets = reader.number("max_queue", kAnyNumber);
  queue.discipline = discipline_from(reader);
  queue.ecn = reader.has("ecn") && reader.flag("ecn");
  return queue;
}

IfIndex ifindex_from(const JsonReader& reader, const char* key) {
  return IfIndex{static_cast<uint32_t>(reader.number(key, std::numeric_limits<int32_t>::max()))};
}

}  // namespace

DirectionSettings direction_from_json(const Json& json, const std::string& place) {
  const JsonReader reader(json, place,
                          {"rate",
                           "burst",
                           "overhead",
                           "trace",
                           "delay",
                           "jitter",
                           "distribution",
                           "jitter_table",
                           "reordering",
                           "loss",
                           "loss_model",
                           "loss_pattern",
                           "duplicate",
                           "corrupt",
                           "reorder",
                           "reorder_gap",
                           "max_queue",
                           "discipline",
                           "max_queue_bytes",
                           "ecn",
                           "red_min",
                           "red_max",
                           "red_chance",
                           "target",
                           "interval",
                           "seed",
                           "jitter_correlation",
                           "loss_correlation",
                           "duplicate_correlation",
                           "corrupt_correlation",
                           "reorder_correlation"});
  DirectionSettings settings;
  if (reader.has("trace")) {
    settings.rate = trace_from(reader);
  } else if (reader.has("rate")) {
    settings.rate = rate_from(reader);
  }
  settings.queue = queue_from(reader);
  if (reader.has("delay")) settings.delay = duration_from(reader, "delay");
  if (reader.has("jitter")) settings.jitter = jitter_from(reader);
  settings.loss = loss_from(reader);
  settings.duplicate = optional_chance(reader, "duplicate", "duplicate_correlation");
  settings.corrupt = optional_chance(reader, "corrupt", "corrupt_correlation");
  settings.reorder = reorder_from(reader);
  if (reader.has("seed")) settings.seed = reader.number("seed", kAnyNumber);
  return settings;
}

FerryLink link_from_json(const Json& json) {
  const JsonReader reader(json, "link", {"name", "a", "b", "a_to_b", "b_to_a"});
  return {.name = reader.text("name"),
          .a = ifindex_from(reader, "a"),
          .b = ifindex_from(reader, "b"),
          .a_to_b = direction_from_json(reader.at("a_to_b"), "a_to_b"),
          .b_to_a = direction_from_json(reader.at("b_to_a"), "b_to_a")};
}

}  // namespace flowbed::sw
