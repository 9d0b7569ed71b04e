#include "switchd/ferry/link_json.hh"

#include <gtest/gtest.h>

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;

DirectionSettings read(const char* json) { return direction_from_json(Json::parse(json), "a_to_b"); }

std::string fault_in(const char* json) {
  try {
    read(json);
    return "";
  } catch (const Error& fault) {
    return fault.what();
  }
}

TEST(LinkJson, ADirectionIsReadWhole) {
  const DirectionSettings settings = read(R"({
    "rate": 10000000, "burst": 3000, "overhead": 24, "delay": 5000000, "jitter": 1000000, "distribution": "pareto",
    "jitter_correlation": 0.25, "reordering": true, "loss": 0.01, "loss_correlation": 0.5, "duplicate": 0.1,
    "corrupt": 0.2, "reorder": 0.3, "reorder_gap": 5, "max_queue": 50, "max_queue_bytes": 64000,
    "discipline": "codel", "target": 2000000, "ecn": true, "seed": 7})");
  const auto& rate = std::get<RateSettings>(settings.rate);
  EXPECT_EQ(rate.bits_per_second, 10'000'000u);
  EXPECT_EQ(rate.burst, 3000u);
  EXPECT_EQ(rate.overhead, 24u);
  EXPECT_EQ(settings.delay, Duration(5ms));
  EXPECT_EQ(settings.jitter->spread, Duration(1ms));
  EXPECT_EQ(settings.jitter->shape, JitterShape::kPareto);
  EXPECT_EQ(settings.jitter->correlation, 0.25);
  EXPECT_TRUE(settings.jitter->may_reorder);
  EXPECT_EQ(std::get<Chance>(settings.loss).correlation, 0.5);
  EXPECT_EQ(settings.duplicate->share, 0.1);
  EXPECT_EQ(settings.corrupt->share, 0.2);
  EXPECT_EQ(settings.reorder->gap, 5u);
  EXPECT_EQ(settings.queue.limit.packets, 50u);
  EXPECT_EQ(settings.queue.limit.bytes, 64'000u);
  EXPECT_TRUE(settings.queue.ecn);
  EXPECT_EQ(std::get<CodelSettings>(settings.queue.discipline).target, Duration(2ms));
  EXPECT_EQ(settings.seed, 7u);
}

TEST(LinkJson, TracesTablesModelsAndPatterns) {
  const DirectionSettings settings = read(
      R"({"trace": [1, 1, 9], "jitter": 1, "distribution": "table", "jitter_table": [-1, 0, 4], "loss_pattern": "01"})");
  EXPECT_EQ(*std::get<std::shared_ptr<const DeliveryTrace>>(settings.rate), (DeliveryTrace{1, 1, 9}));
  EXPECT_EQ(settings.jitter->table, (std::vector<double>{-1, 0, 4}));
  EXPECT_EQ(std::get<LossPattern>(settings.loss).drops, (std::vector<bool>{false, true}));
  const DirectionSettings bursts = read(R"({"loss_model": [0.01, 0.2, 1, 0]})");
  EXPECT_EQ(std::get<GilbertElliott>(bursts.loss).to_good, 0.2);
}

TEST(LinkJson, NothingIsAPlainWire) {
  const DirectionSettings settings = read("{}");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(settings.rate));
  EXPECT_EQ(settings.delay, Duration(0));
  EXPECT_EQ(settings.queue.limit.packets, 1000u);
}

TEST(LinkJson, FaultsNameTheirPlace) {
  EXPECT_EQ(fault_in(R"({"rate": 0})"), "a_to_b.rate is 0, at which nothing passes");
  EXPECT_EQ(fault_in(R"({"trace": [5, 4]})"), "a_to_b.trace is not in order");
  EXPECT_EQ(fault_in(R"({"trace": []})"), "a_to_b.trace has no period");
  EXPECT_EQ(fault_in(R"({"loss": 1.5})"), "a_to_b.loss is not from 0 to 1");
  EXPECT_EQ(fault_in(R"({"jitter": 1, "jitter_correlation": 1})"),
            "a_to_b.jitter_correlation is 1; it has to be less");
  EXPECT_EQ(fault_in(R"({"discipline": "sfq"})"), "a_to_b.discipline is not known: sfq");
  EXPECT_EQ(fault_in(R"({"delay": -1})").find("a_to_b.delay is -1"), 0u);
  EXPECT_EQ(fault_in(R"({"speed": 1})"), "a_to_b.speed is not known");
}

}  // namespace
}  // namespace flowbed::sw
