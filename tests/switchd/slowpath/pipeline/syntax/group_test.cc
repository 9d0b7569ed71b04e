#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"
#include "tests/switchd/slowpath/pipeline/syntax/syntax_faults.hh"

namespace flowbed::sw {
namespace {

using testing::HasSubstr;

std::string again(std::string_view text) { return format_group(parse_group(text, GroupMod::Command::kAdd)); }
std::string fault(std::string_view text, GroupMod::Command command = GroupMod::Command::kAdd) {
  return fault_of([&] { parse_group(text, command); });
}
std::string meter_again(std::string_view text) {
  return format_meter(parse_meter(text, MeterMod::Command::kAdd).meter);
}
std::string meter_fault(std::string_view text, MeterMod::Command command = MeterMod::Command::kAdd) {
  return fault_of([&] { parse_meter(text, command); });
}

TEST(GroupText, IsReadInAllItsSpellings) {
  const char* select =
      "group_id=1,type=select,bucket=weight:10,actions=output:1,bucket=weight:20,actions=output:2";
  EXPECT_EQ(again(select), select);
  EXPECT_EQ(again("group_id=1 type=all bucket=output:1,output:2 bucket=actions:3"),
            "group_id=1,type=all,bucket=actions=output:1,output:2,bucket=actions=output:3");
  EXPECT_EQ(again("group_id=2,type=select,bucket=bucket_id:0,actions=1"),
            "group_id=2,type=select,bucket=weight:100,actions=output:1");
  EXPECT_EQ(again("group_id=3,type=ff,bucket=watch_port:1,actions=output:1,bucket=watch_group=5,actions=2"),
            "group_id=3,type=ff,bucket=watch_port:1,actions=output:1,bucket=watch_group:5,actions=output:2");
  EXPECT_EQ(again("group_id=4,type=indirect,bucket=actions=resubmit(,1),set_field:1->reg0"),
            "group_id=4,type=indirect,bucket=actions=resubmit(,1),set_field:0x1->reg0");
  EXPECT_EQ(again("group_id=5,type=all"), "group_id=5,type=all");
  EXPECT_EQ(again("group_id=5,type=all,bucket="), "group_id=5,type=all,bucket=actions=drop");
}

TEST(GroupText, SaysWhichToDelete) {
  EXPECT_EQ(parse_group("group_id=7", GroupMod::Command::kDelete).id, 7u);
  EXPECT_EQ(parse_group("", GroupMod::Command::kDelete).id, kGroupAll);
  EXPECT_EQ(parse_group("group_id=all", GroupMod::Command::kDelete).id, kGroupAll);
}

TEST(GroupText, FaultsSayWhatIsMissing) {
  EXPECT_THAT(fault("type=all"), HasSubstr("group: group_id= is missing"));
  EXPECT_THAT(fault("group_id=1,bucket=1"), HasSubstr("type= is missing"));
  EXPECT_THAT(fault("group_id=1,type=selct"), HasSubstr("did you mean \"select\"?"));
  EXPECT_THAT(fault("group_id=1,type=all,bucket=weight:1,actions=1"),
              HasSubstr("only buckets of select groups"));
  EXPECT_THAT(fault("group_id=1,type=ff,bucket=actions=1"), HasSubstr("needs watch_port or watch_group"));
  EXPECT_THAT(fault("group_id=1,type=indirect"), HasSubstr("exactly one bucket, and not 0"));
  EXPECT_THAT(fault("group_id=1,type=all,bukcet=1"), HasSubstr("did you mean \"bucket\"?"));
  EXPECT_THAT(fault("group_id=1,type=all,bucket=ouput:1"), HasSubstr("did you mean \"output\"?"));
  EXPECT_THAT(fault("group_id=1,bucket=1", GroupMod::Command::kDelete), HasSubstr("has no buckets"));
  EXPECT_THAT(fault("group_id=4294967295,type=all"), HasSubstr("takes a number from 0"));
}

TEST(MeterText, IsReadInAllItsSpellings) {
  const char* full = "meter=1,kbps,burst,stats,bands=type=drop,rate=1000,burst_size=100";
  EXPECT_EQ(meter_again(full), full);
  EXPECT_EQ(meter_again("meter=2 pktps band=type=drop rate=5, band=type=dscp_remark rate=9 prec_level=1"),
            "meter=2,pktps,bands=type=drop,rate=5,type=dscp_remark,rate=9,prec_level=1");
  EXPECT_EQ(meter_again("meter=3,bands=type=drop,rate=5,burst_size=1"),
            "meter=3,kbps,burst,bands=type=drop,rate=5,burst_size=1");
  EXPECT_EQ(parse_meter("", MeterMod::Command::kDelete).meter.id, kMeterAll);
  EXPECT_EQ(parse_meter("meter=5", MeterMod::Command::kDelete).meter.id, 5u);
}

TEST(MeterText, FaultsSayWhatIsMissing) {
  EXPECT_THAT(meter_fault("kbps"), HasSubstr("meter: meter= is missing"));
  EXPECT_THAT(meter_fault("meter=0,band=type=drop,rate=1"), HasSubstr("takes a number from 1"));
  EXPECT_THAT(meter_fault("meter=1"), HasSubstr("there is no band"));
  EXPECT_THAT(meter_fault("meter=1,band=type=drop"), HasSubstr("lacks its rate"));
  EXPECT_THAT(meter_fault("meter=1,rate=5"), HasSubstr("stands before a band"));
  EXPECT_THAT(meter_fault("meter=1,kbps,pktps,band=type=drop,rate=1"), HasSubstr("exclude each other"));
  EXPECT_THAT(meter_fault("meter=1,band=type=dorp"), HasSubstr("did you mean \"drop\"?"));
  EXPECT_THAT(meter_fault("meter=1,kpbs"), HasSubstr("did you mean \"kbps\"?"));
  EXPECT_THAT(meter_fault("meter=1,band=type=drop,prec_level=1"), HasSubstr("dscp_remark"));
  EXPECT_THAT(meter_fault("meter=1,kbps", MeterMod::Command::kDelete), HasSubstr("to delete"));
}

}  // namespace
}  // namespace flowbed::sw
