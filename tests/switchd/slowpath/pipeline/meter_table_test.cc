#include "switchd/slowpath/pipeline/meter_table.hh"

#include <gtest/gtest.h>

#include "switchd/slowpath/pipeline/of_fault.hh"
#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;
using enum MeterMod::Command;

class MeterTableTest : public testing::Test {
 protected:
  void apply(std::string_view text, MeterMod::Command command = kAdd) {
    meters_.apply(parse_meter(text, command), now_);
  }
  OfFaultKind fault(const MeterMod& mod) {
    try {
      meters_.apply(mod, now_);
    } catch (const OfFault& fault) {
      return fault.kind();
    }
    ADD_FAILURE() << "was not refused";
    return {};
  }
  MeterVerdict run(uint64_t bytes = 1000) {
    return meters_.find(1)->run({.packets = 1, .bytes = bytes, .largest_l3 = 0}, now_);
  }
  int pass_of(int packets, uint64_t bytes = 1000) {
    int passed = 0;
    for (int i = 0; i < packets; i++) passed += run(bytes).pass;
    return passed;
  }

  MeterTable meters_;
  TimePoint now_{1h};
};

TEST_F(MeterTableTest, FaultsAreNamed) {
  apply("meter=1,kbps,bands=type=drop,rate=10");
  EXPECT_EQ(fault(parse_meter("meter=1,kbps,bands=type=drop,rate=10", kAdd)), OfFaultKind::kMeterExists);
  EXPECT_EQ(fault(parse_meter("meter=2,kbps,bands=type=drop,rate=10", kModify)), OfFaultKind::kUnknownMeter);
  EXPECT_EQ(meters_.meters().size(), 1u);
  EXPECT_EQ(fault({.meter = {.id = 0}}), OfFaultKind::kInvalidMeter);
  EXPECT_EQ(fault({.meter = {.id = kMeterMax + 1}}), OfFaultKind::kInvalidMeter);
  EXPECT_EQ(fault({.meter = {.id = 2, .flags = MeterConfig::kKbps | MeterConfig::kPktps}}),
            OfFaultKind::kBadMeterFlags);
  EXPECT_EQ(fault({.meter = {.id = 2, .bands = {{.rate = 0}}}}), OfFaultKind::kBadRate);
  EXPECT_EQ(fault({.meter = {.id = 2, .bands = {{.type = MeterBand::Type{7}, .rate = 1}}}}),
            OfFaultKind::kBadBand);
  EXPECT_EQ(fault({.meter = {.id = 2, .bands = std::vector<MeterBand>(17, {.rate = 1})}}),
            OfFaultKind::kOutOfBands);
  apply("meter=5", kDelete);
  apply("meter=1", kDelete);
  EXPECT_TRUE(meters_.meters().empty());
}

TEST_F(MeterTableTest, EndsAtItsLimit) {
  const auto meter = [](uint32_t id) { return MeterMod{.meter = {.id = id, .bands = {{.rate = 1}}}}; };
  for (uint32_t id = 1; id <= MeterTable::kMaxMeters; id++) meters_.apply(meter(id), now_);
  EXPECT_EQ(fault(meter(MeterTable::kMaxMeters + 1)), OfFaultKind::kOutOfMeters);
  EXPECT_EQ(meters_.meters().size(), MeterTable::kMaxMeters);
  MeterMod change = meter(7);
  change.command = kModify;
  meters_.apply(change, now_);
  apply("meter=7", kDelete);
  meters_.apply(meter(MeterTable::kMaxMeters + 1), now_);
}

TEST_F(MeterTableTest, PacketsPerSecondWithTheirBurst) {
  apply("meter=1,pktps,burst,bands=type=drop,rate=10,burst_size=5");
  EXPECT_EQ(pass_of(20), 5);
  now_ += 99ms;
  EXPECT_EQ(pass_of(2), 0);
  now_ += 2ms;
  EXPECT_EQ(pass_of(2), 1);
  now_ += 1h;
  EXPECT_EQ(pass_of(20), 5) << "no more than the burst is saved up";
  const Meter& meter = *meters_.find(1);
  EXPECT_EQ(meter.counter.packets, 44u);
  EXPECT_EQ(meter.bands[0].counter.packets, 33u);
  EXPECT_EQ(meter.bands[0].counter.bytes, 33000u);
}

TEST_F(MeterTableTest, KilobitsPerSecondOverALongTime) {
  apply("meter=1,kbps,burst,bands=type=drop,rate=800,burst_size=80");
  int passed = 0;
  for (int i = 0; i < 10000; i++) {
    now_ += 1ms;
    passed += run(500).pass;
  }
  EXPECT_NEAR(passed, 10 * 200 + 20, 2) << "800 kbit/s are 200 packets of 500 bytes a second";
}

TEST_F(MeterTableTest, WithoutABurstEvenASlowMeterLetsOnePacketPass) {
  apply("meter=1,kbps,bands=type=drop,rate=1");
  EXPECT_TRUE(run(1514).pass);
}

TEST_F(MeterTableTest, TheHighestExceededBandSays) {
  apply(
      "meter=1,pktps,burst,bands=type=dscp_remark,rate=1,burst_size=2,prec_level=1,"
      "type=drop,rate=10,burst_size=4");
  for (int i = 0; i < 2; i++) EXPECT_EQ(run().raise_drop_precedence, 0);
  for (int i = 0; i < 2; i++) {
    const MeterVerdict verdict = run();
    EXPECT_TRUE(verdict.pass);
    EXPECT_EQ(verdict.raise_drop_precedence, 1);
  }
  EXPECT_FALSE(run().pass);
  EXPECT_EQ(meters_.find(1)->bands[0].counter.packets, 2u);
  EXPECT_EQ(meters_.find(1)->bands[1].counter.packets, 1u);
}

}  // namespace
}  // namespace flowbed::sw
