// What is formatted is read again as the same value.
#include <gtest/gtest.h>

#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"
#include "tests/switchd/slowpath/pipeline/syntax/random_flows.hh"

namespace flowbed::sw {
namespace {

constexpr int kTrials = 3000;

class RoundTrip : public testing::Test {
 protected:
  const unsigned seed_ = std::random_device{}();
  const testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
  RandomFlows random_{seed_};
};

TEST_F(RoundTrip, Matches) {
  for (int i = 0; i < kTrials; i++) {
    const Match match = random_.match();
    const std::string text = format_match(match);
    ASSERT_NO_THROW(ASSERT_EQ(parse_match(text), match) << text) << text;
  }
}

TEST_F(RoundTrip, Flows) {
  for (int i = 0; i < kTrials; i++) {
    const FlowMod flow = random_.flow();
    const std::string text = format_flow(flow, RuleCounts{.duration_s = 1.5, .packets = 3, .bytes = 4});
    FlowMod again;
    ASSERT_NO_THROW(again = parse_flow(text, FlowMod::Command::kAdd)) << text;
    ASSERT_EQ(again.match, flow.match) << text;
    ASSERT_EQ(again.instructions, flow.instructions) << text;
    ASSERT_EQ(format_flow(again), format_flow(flow));
  }
}

TEST_F(RoundTrip, Groups) {
  for (int i = 0; i < kTrials; i++) {
    const GroupMod group = random_.group();
    const std::string text = format_group(group);
    GroupMod again;
    ASSERT_NO_THROW(again = parse_group(text, GroupMod::Command::kAdd)) << text;
    ASSERT_EQ(again.buckets, group.buckets) << text;
    ASSERT_TRUE(again.id == group.id && again.type == group.type) << text;
  }
}

TEST_F(RoundTrip, Meters) {
  for (int i = 0; i < kTrials; i++) {
    const MeterConfig meter = random_.meter();
    const std::string text = format_meter(meter);
    ASSERT_NO_THROW(ASSERT_EQ(parse_meter(text, MeterMod::Command::kAdd).meter, meter) << text) << text;
  }
}

}  // namespace
}  // namespace flowbed::sw
