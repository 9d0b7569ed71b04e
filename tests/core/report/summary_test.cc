// What a recording says in numbers.
#include "core/report/summary.hh"

#include <gtest/gtest.h>

#include "tests/core/report/recordings.hh"

namespace flowbed::report {
namespace {

TEST(LinkSummary, IsOfTheTimeFromTheFirstEventToTheLast) {
  const Summary summary = summarize(read_recording(test::small_recording()));
  EXPECT_DOUBLE_EQ(summary.seconds, 4);
  const DirectionSummary& there = summary.directions.at(0);
  EXPECT_EQ(there.arrived, 4u);
  EXPECT_EQ(there.delivered, 2u);
  EXPECT_EQ(there.dropped, (std::map<std::string, uint64_t>{{"loss", 1}, {"queue_full", 1}}));
  EXPECT_DOUBLE_EQ(there.throughput, 6000);
  EXPECT_DOUBLE_EQ(there.capacity, 12000);
  EXPECT_DOUBLE_EQ(there.delay.min, 1000);
  EXPECT_DOUBLE_EQ(there.delay.max, 2000);
}

TEST(LinkSummary, ReadsWell) {
  const std::string text = to_text(summarize(read_recording(test::small_recording())));
  EXPECT_EQ(text,
            "4.000 s from the first packet to the last\n"
            "from h1-eth0\n"
            "  packets: 4 arrived, 2 delivered; dropped: loss 1, queue_full 1\n"
            "  throughput: 6.00 Kbits/sec of 12.0 Kbits/sec (50.0 %)\n"
            "  delay: 1000.000 ms at least, 1000.000 median, 1000.000 for 95 %, 1000.000 for 99 %, 2000.000 "
            "at most\n"
            "from s1-eth1\n"
            "  packets: 0 arrived, 0 delivered; dropped: none\n"
            "  throughput: 0.00 bits/sec\n");
}

TEST(LinkSummary, OfNothingIsNothing) {
  EXPECT_EQ(to_text(summarize(read_recording(test::with_head("")))),
            "0.000 s from the first packet to the last\n");
}

}  // namespace
}  // namespace flowbed::report
