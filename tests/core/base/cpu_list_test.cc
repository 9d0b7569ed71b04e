#include "core/base/cpu_list.hh"

#include <gtest/gtest.h>

namespace flowbed {
namespace {

TEST(CpuList, IsReadAsTheKernelWritesIt) {
  EXPECT_EQ(parse_cpu_list("0"), CpuList{0});
  EXPECT_EQ(parse_cpu_list("0-3,8"), (CpuList{0, 1, 2, 3, 8}));
  EXPECT_EQ(parse_cpu_list("8,1-2,2-3,1"), (CpuList{1, 2, 3, 8}));
  for (const char* bad : {"", ",", "1,", "-1", "1-", "3-1", "a", "1 ", "1-2-3", "8192", "99999999999"}) {
    EXPECT_FALSE(parse_cpu_list(bad)) << bad;
  }
}

TEST(CpuList, IsWrittenShortest) {
  EXPECT_EQ(format_cpu_list({}), "");
  EXPECT_EQ(format_cpu_list({3}), "3");
  EXPECT_EQ(format_cpu_list({0, 1, 2, 5, 7, 8}), "0-2,5,7-8");
}

}  // namespace
}  // namespace flowbed
