// Recordings are read as they were written, and nothing else is taken for one.
#include "core/report/recording.hh"

#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "tests/core/report/recordings.hh"

namespace flowbed::report {
namespace {

TEST(LinkRecording, IsReadBack) {
  const Recording recording = read_recording(test::small_recording());
  ASSERT_EQ(recording.directions.size(), 2u);
  const Direction& there = recording.directions[0];
  EXPECT_EQ(there.from, "h1-eth0");
  EXPECT_EQ(there.arrived, 4u);
  EXPECT_EQ(there.arrived_bytes, 6000u);
  ASSERT_EQ(there.delivered.size(), 2u);
  EXPECT_DOUBLE_EQ(there.delivered[0].at, 2) << "in the order of time";
  EXPECT_DOUBLE_EQ(there.delivered[1].delay, 2);
  EXPECT_EQ(there.drops.at("queue_full"), std::vector{1.0});
  EXPECT_EQ(there.drops.at("loss"), std::vector{5.0});
  EXPECT_EQ(std::get<FixedRate>(there.capacities[0].rate).bits_per_second, 12000);
  EXPECT_EQ(recording.directions[1].arrived, 0u);
  EXPECT_EQ(recording.begin, 1);
  EXPECT_EQ(recording.end, 5);
}

TEST(LinkRecording, HasTracesAsSteps) {
  const Recording recording = read_recording(test::with_head("# 0.5 h1-eth0 trace -3.25 250 100 8 0 2\n"));
  const auto& trace = std::get<TraceRate>(recording.directions[0].capacities[0].rate);
  EXPECT_DOUBLE_EQ(trace.begin, -3.25);
  EXPECT_DOUBLE_EQ(trace.period, 0.25);
  EXPECT_DOUBLE_EQ(trace.step, 0.1);
  EXPECT_EQ(trace.bits, (std::vector<double>{96000, 0, 24000}));
}

TEST(LinkRecording, MayHoldNothing) {
  const Recording recording = read_recording(test::with_head(""));
  EXPECT_TRUE(recording.directions.empty());
  EXPECT_EQ(recording.end, 0);
}

TEST(LinkRecording, IsRefusedWithTheLine) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "line 1: this is no recording of a link"},
      {"# Flowbed link recording 2\n", "line 1: this is no recording"},
      {"# Flowbed link recording 1\ntime,event\n", "line 2: the heading"},
      {test::with_head("1,h1,arrive,1,1500\n"), "line 3: an event has seven cells"},
      {test::with_head("1,h1,arrive,1,-5,0,\n"), "line 3: \"-5\" is not a number that can stand there"},
      {test::with_head("soon,h1,arrive,1,5,0,\n"), "line 3: \"soon\" is not a number"},
      {test::with_head("nan,h1,arrive,1,5,0,\n"), "line 3: \"nan\" is not a number"},
      {test::with_head("1,h1,vanish,1,5,0,\n"), "line 3: \"vanish\" is no event"},
      {test::with_head("1,h1,deliver,1,5,,\n"), "line 3: \"\" is not a number"},
      {test::with_head("1,a,arrive,1,5,0,\n1,b,arrive,1,5,0,\n1,c,arrive,1,5,0,\n"),
       "line 5: a link has no third"},
      {test::with_head("# 1 h1\n"), "line 3: a capacity has a time, an end"},
      {test::with_head("# 1 h1 rate\n"), "line 3: a capacity is \"unlimited\""},
      {test::with_head("# 1 h1 rate 0\n"), "line 3: \"0\" is not a number"},
      {test::with_head("# 1 h1 trace 0 250 100 8 0\n"),
       "line 3: the trace's period does not have so many steps"},
      {test::with_head("# 2 h1 rate 5\n# 1 h1 rate 6\n"),
       "line 4: it is earlier than the capacity before it"},
  };
  for (const auto& [text, message] : cases) {
    try {
      read_recording(text);
      ADD_FAILURE() << text << "was accepted";
    } catch (const Error& fault) {
      EXPECT_NE(std::string(fault.what()).find(message), std::string::npos) << text << fault.what();
    }
  }
}

}  // namespace
}  // namespace flowbed::report
