#include "core/topo/delivery_trace.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"

namespace flowbed {
namespace {

std::string fault_in(std::string_view text) {
  try {
    parse_delivery_trace(text);
    return "";
  } catch (const Error& fault) {
    return fault.what();
  }
}

TEST(DeliveryTrace, IsALineForEachOpportunity) {
  EXPECT_THAT(parse_delivery_trace("0\n3\n3\n7\n"), testing::ElementsAre(0, 3, 3, 7));
  EXPECT_THAT(parse_delivery_trace("1\r\n20"), testing::ElementsAre(1, 20));
}

TEST(DeliveryTrace, FaultsNameTheLineAndTheRemedy) {
  EXPECT_EQ(fault_in("1\n5\n4\n"), "line 3: 4 comes after 5; times must not fall: sort the lines");
  EXPECT_EQ(fault_in("1\nx\n"), "line 2: \"x\" is not a time in ms; write whole numbers up to 86400000");
  EXPECT_EQ(fault_in("1\n\n2\n"), "line 2: \"\" is not a time in ms; write whole numbers up to 86400000");
  EXPECT_EQ(fault_in("-1\n"), "line 1: \"-1\" is not a time in ms; write whole numbers up to 86400000");
  EXPECT_EQ(fault_in(""), "it is empty; write a line for each ms at which 1500 bytes can leave");
  EXPECT_EQ(fault_in("0\n0\n"), "it has no period; its last line must be later than 0");
}

TEST(DeliveryTrace, ThoseThatShipAreFine) {
  for (const char* name : {"lte", "wifi", "satellite"}) {
    const std::string file = std::string(FLOWBED_SOURCE_DIR) + "/topologies/traces/" + name + ".trace";
    EXPECT_EQ(parse_delivery_trace(read_file(file)).back(), 30'000u) << name;
  }
}

}  // namespace
}  // namespace flowbed
