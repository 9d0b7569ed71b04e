#include "switchd/control/program_reports.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/control/program_record.hh"
#include "switchd/datapath/userspace/userspace_datapath.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"
#include "switchd/slowpath/slow_path.hh"
#include "tests/switchd/recording_output.hh"
#include "tests/switchd/slowpath/bridges.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Two switches; what is reported is written down as "s1: 3 flows", or as the warning.
class ProgramReportsTest : public testing::Test {
 protected:
  ProgramReportsTest() {
    for (const int number : {1, 2}) put(number);
    take_reports();
  }
  void put(int number) { slow_path_.put_bridge(BridgeBuilder(number).ports(1, 3).config(), all_links_up); }
  Bridge& bridge(int number) { return *slow_path_.bridges().find("s" + std::to_string(number)); }
  void add_flow(int number, const std::string& text) {
    slow_path_.programs().apply(bridge(number), parse_flow(text, FlowMod::Command::kAdd), {});
  }
  std::vector<std::string> take_reports() {
    reports_.report(slow_path_.bridges());
    return std::exchange(told_, {});
  }

  RecordingOutput output_;
  UserspaceDatapath datapath_{output_};
  SlowPath slow_path_{datapath_};
  std::vector<std::string> told_;
  ProgramReports reports_{
      {.report =
           [this](const std::string& name, const Json& program) {
             const std::string rules =
                 program.is_null() ? "nothing" : std::to_string(program.at("flows").size()) + " flows";
             told_.push_back(name + ": " + rules);
           },
       .warn = [this](const std::string&, const std::string& message) { told_.push_back(message); }}};
};

TEST_F(ProgramReportsTest, OnlyABridgeThatHasChanged) {
  EXPECT_THAT(take_reports(), IsEmpty());
  add_flow(1, "priority=3,actions=drop");
  EXPECT_THAT(take_reports(), ElementsAre("s1: 2 flows"));
  EXPECT_THAT(take_reports(), IsEmpty());
  slow_path_.programs().apply(bridge(2), parse_group("group_id=1,type=all", GroupMod::Command::kAdd), {});
  EXPECT_THAT(take_reports(), ElementsAre("s2: 1 flows"));
  slow_path_.programs().apply(
      bridge(2), parse_meter("meter=3,kbps,band=type=drop,rate=1000", MeterMod::Command::kAdd), {});
  EXPECT_THAT(take_reports(), ElementsAre("s2: 1 flows"));
}

TEST_F(ProgramReportsTest, OneBridgeByItself) {
  add_flow(1, "priority=3,actions=drop");
  add_flow(2, "priority=3,actions=drop");
  reports_.report(bridge(2));
  EXPECT_THAT(std::exchange(told_, {}), ElementsAre("s2: 2 flows"));
  EXPECT_THAT(take_reports(), ElementsAre("s1: 2 flows"));
}

TEST_F(ProgramReportsTest, ABridgeOfTheSameNameIsAnotherOne) {
  slow_path_.remove_bridge("s1");
  put(1);
  EXPECT_THAT(take_reports(), ElementsAre("s1: 1 flows"));
}

TEST_F(ProgramReportsTest, TooManyRulesAreWarnedOfOnce) {
  for (size_t i = 0; i < kMaxRecordedRules; i++) add_flow(1, "reg0=" + std::to_string(i) + ",actions=drop");
  EXPECT_THAT(take_reports(), ElementsAre("s1: nothing", HasSubstr("s1 has more than 5000 rules")));
  add_flow(1, "reg1=1,actions=drop");
  EXPECT_THAT(take_reports(), IsEmpty());
  slow_path_.programs().reset(bridge(1), true, {});
  EXPECT_THAT(take_reports(), ElementsAre("s1: 1 flows"));
}

}  // namespace
}  // namespace flowbed::sw
