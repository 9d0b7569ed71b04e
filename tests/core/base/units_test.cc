#include "core/base/units.hh"

#include <random>

#include <gtest/gtest.h>

namespace flowbed {
namespace {

using namespace std::chrono_literals;

TEST(Units, Durations) {
  EXPECT_EQ(parse_duration("10ms"), 10ms);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("200us"), 200us);
  EXPECT_EQ(parse_duration("30ns"), 30ns);
  EXPECT_EQ(parse_duration("0"), 0ns);
  for (const char* bad :
       {"", "10", "ms", "10 ms", "-1ms", "10parsecs", "1e99s", "infs", "nans", "10ms ", "1,5s"}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
}

TEST(Units, DurationsArePrintedShortest) {
  EXPECT_EQ(format_duration(10ms), "10ms");
  EXPECT_EQ(format_duration(1500ms), "1.5s");
  EXPECT_EQ(format_duration(0ns), "0ns");
  EXPECT_EQ(format_duration(1000001ns), "1.000001ms");
}

TEST(Units, Rates) {
  EXPECT_EQ(parse_rate("10Mbit"), 10'000'000u);
  EXPECT_EQ(parse_rate("1.5Gbit"), 1'500'000'000u);
  EXPECT_EQ(parse_rate("64kbit"), 64'000u);
  EXPECT_EQ(parse_rate("9600bit"), 9600u);
  for (const char* bad :
       {"", "10", "10mbit", "10Mbit/s", "-1Mbit", "99999999999999Gbit", "18446744073709551616bit"}) {
    EXPECT_EQ(parse_rate(bad), std::nullopt) << bad;
  }
}

TEST(Units, RatesArePrintedExactly) {
  EXPECT_EQ(format_rate(10'000'000), "10Mbit");
  EXPECT_EQ(format_rate(1'234'567), "1.234567Mbit");
  EXPECT_EQ(format_rate(9007199254740993), "9007199254740993bit") << "a double does not hold this";
}

TEST(Units, Percentages) {
  EXPECT_EQ(parse_percentage("7%"), 0.07) << "the nearest number, and not 7 / 100 after a rounding";
  EXPECT_EQ(parse_percentage("0.5%"), 0.005);
  EXPECT_EQ(parse_percentage("100%"), 1.0);
  for (const char* bad : {"", "%", "1", "-1%", "100.1%", "1e1%", "1.2.3%", "1%%", "nan%"}) {
    EXPECT_EQ(parse_percentage(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(format_percentage(0.07), "7%");
  EXPECT_EQ(format_percentage(0.005), "0.5%");
  EXPECT_EQ(format_percentage(0), "0%");
  EXPECT_EQ(format_percentage(1), "100%");
}

TEST(Units, WhatIsPrintedIsReadBackExactly) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; i++) {
    const uint64_t count = random() >> (random() % 63 + 1);
    if (count > 9'000'000'000'000'000'000) continue;
    ASSERT_EQ(parse_rate(format_rate(count)), count);
    ASSERT_EQ(parse_duration(format_duration(Duration(static_cast<int64_t>(count)))),
              Duration(static_cast<int64_t>(count)));
    const double fraction = std::uniform_real_distribution<>()(random);
    ASSERT_EQ(parse_percentage(format_percentage(fraction)), fraction);
  }
}

TEST(Units, ThroughputIsPrintedAsIperfDoes) {
  EXPECT_EQ(format_throughput(9.534e9), "9.53 Gbits/sec");
  EXPECT_EQ(format_throughput(95.34e6), "95.3 Mbits/sec");
  EXPECT_EQ(format_throughput(953.4e3), "953 Kbits/sec");
  EXPECT_EQ(format_throughput(0), "0.00 bits/sec");
}

TEST(Units, Sizes) {
  EXPECT_EQ(parse_size("100MB"), 100'000'000u);
  EXPECT_EQ(parse_size("1.5GiB"), 3u << 29);
  EXPECT_EQ(parse_size("64KiB"), 65536u);
  for (const char* bad : {"", "100", "100mb", "100M", "-1MB", "MB", "1e30GB"})
    EXPECT_EQ(parse_size(bad), std::nullopt) << bad;
  EXPECT_EQ(format_size(100'000'000), "100MB");
  EXPECT_EQ(format_size(1 << 26), "64MiB");
  EXPECT_EQ(format_size(1'234'567), "1234567B");
  EXPECT_EQ(format_size(0), "0B");
  for (const uint64_t bytes : {1ull, 1000ull, 1024ull, 99'999'744ull, 8'000'000'000'000'000'001ull})
    EXPECT_EQ(parse_size(format_size(bytes)), bytes);
}

TEST(Bandwidth, IsReadAsIperfWritesIt) {
  EXPECT_EQ(parse_bandwidth("10M"), 10'000'000u);
  EXPECT_EQ(parse_bandwidth("10m"), 10'000'000u);
  EXPECT_EQ(parse_bandwidth("1.5G"), 1'500'000'000u);
  EXPECT_EQ(parse_bandwidth("64K"), 64'000u);
  EXPECT_EQ(parse_bandwidth("9600"), 9600u);
  EXPECT_EQ(parse_bandwidth("10Mbit"), 10'000'000u);
  for (const char* bad : {"10Q", "h1", "", "M", "-1M"}) EXPECT_FALSE(parse_bandwidth(bad)) << bad;
}

}  // namespace
}  // namespace flowbed
