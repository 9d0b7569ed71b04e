#include "core/topo/ifname.hh"

#include <gtest/gtest.h>

namespace flowbed {
namespace {

TEST(Ifname, WhatFitsIsUnchanged) {
  EXPECT_EQ(kernel_ifname("h1-eth0"), "h1-eth0");
  EXPECT_EQ(kernel_ifname("exactly15-eth10"), "exactly15-eth10");
}

TEST(Ifname, WhatDoesNotFitKeepsItsBeginningAndItsNumber) {
  EXPECT_EQ(kernel_ifname("aggregation-switch-12-eth3"), "aggrd2b8cf-eth3")
      << "frozen: the same in every version";
  EXPECT_EQ(kernel_ifname("aggregation-switch-12-eth34"), "aggd2b8cf-eth34")
      << "one hash for all ports of a node";
  EXPECT_NE(kernel_ifname("aggregation-switch-13-eth3"), kernel_ifname("aggregation-switch-12-eth3"));
}

TEST(Ifname, NeverExceedsTheKernelsLimit) {
  for (const char* name :
       {"a-long-name-without-number", "long-name-eth65279", "long-name-of-a-switch-eth123456789012",
        "long-name-of-a-switch-eth", "-eth1-eth1-eth1-eth1"}) {
    EXPECT_LE(kernel_ifname(name).size(), kMaxKernelName) << name;
  }
}

TEST(Ifname, NumbersAreReadBack) {
  EXPECT_EQ(numbered_ifname("h1", 0), "h1-eth0");
  EXPECT_EQ(ifname_number("h1", "h1-eth0"), 0u);
  EXPECT_EQ(ifname_number("s1", "s1-eth65279"), 65279u);
  EXPECT_EQ(ifname_number("h1", "h11-eth0"), std::nullopt);
  EXPECT_EQ(ifname_number("h1", "h1-eth"), std::nullopt);
  EXPECT_EQ(ifname_number("h1", "h1-eth01"), std::nullopt) << "only one text a number";
  EXPECT_EQ(ifname_number("h1", "h1-eth1x"), std::nullopt);
  EXPECT_EQ(ifname_number("h1", "h1-eth99999999999999"), std::nullopt);
  EXPECT_EQ(ifname_number("h1", "wan"), std::nullopt);
}

}  // namespace
}  // namespace flowbed
