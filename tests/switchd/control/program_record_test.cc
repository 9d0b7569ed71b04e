#include "switchd/control/program_record.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/datapath/userspace/userspace_datapath.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"
#include "tests/switchd/recording_output.hh"
#include "tests/switchd/slowpath/bridges.hh"

namespace flowbed::sw {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class ProgramRecordTest : public testing::Test {
 protected:
  ProgramRecordTest() {
    for (const int number : {1, 2})
      slow_path_.put_bridge(BridgeBuilder(number).ports(1, 3).config(), all_links_up);
  }
  Bridge& bridge(int number) { return *slow_path_.bridges().find("s" + std::to_string(number)); }
  void add_flow(const std::string& text) {
    slow_path_.programs().apply(bridge(1), parse_flow(text, FlowMod::Command::kAdd), {});
  }
  void add_group(const std::string& text) {
    slow_path_.programs().apply(bridge(1), parse_group(text, GroupMod::Command::kAdd), {});
  }

  RecordingOutput output_;
  UserspaceDatapath datapath_{output_};
  SlowPath slow_path_{datapath_};
};

TEST_F(ProgramRecordTest, GivesAnotherBridgeTheSame) {
  slow_path_.programs().apply(
      bridge(1), parse_meter("meter=3,kbps,band=type=drop,rate=1000", MeterMod::Command::kAdd), {});
  add_group("group_id=9,type=indirect,bucket=output:2");
  add_group("group_id=5,type=select,bucket=weight:2,output:1,bucket=weight:1,group:9");
  add_flow(
      "table=1,priority=7,cookie=0xbeef,idle_timeout=60,send_flow_rem,tcp,nw_dst=10.0.0.0/"
      "8,tp_dst=80,actions=group:5");
  add_flow("priority=3,in_port=1,actions=meter:3,set_field:7->reg2,resubmit(,1)");
  const Json record = record_program(bridge(1));
  EXPECT_THAT(record.at("flows"), SizeIs(3)) << "with the rule of a learning switch";
  restore_program(slow_path_, bridge(2), record, {});
  EXPECT_EQ(record_program(bridge(2)), record);
  EXPECT_THAT(record.dump(), HasSubstr("cookie=0xbeef"));
}

TEST_F(ProgramRecordTest, TakesThePlaceOfWhatWasThere) {
  const Json normal_switch = record_program(bridge(1));
  slow_path_.programs().reset(bridge(1), false, {});
  const Json empty = record_program(bridge(1));
  restore_program(slow_path_, bridge(2), empty, {});
  EXPECT_EQ(bridge(2).pipeline->tables.size(), 0u);
  restore_program(slow_path_, bridge(2), normal_switch, {});
  EXPECT_EQ(bridge(2).pipeline->tables.size(), 1u);
}

TEST_F(ProgramRecordTest, TooManyRulesAreNotWrittenDown) {
  for (size_t i = 0; i <= kMaxRecordedRules; i++) add_flow("reg0=" + std::to_string(i) + ",actions=drop");
  EXPECT_TRUE(record_program(bridge(1)).is_null());
}

}  // namespace
}  // namespace flowbed::sw
