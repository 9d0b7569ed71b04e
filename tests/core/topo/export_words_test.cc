#include "core/topo/export_words.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "core/base/udp_socket.hh"

namespace flowbed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string refused(const std::string& name, const std::string& text) {
  FlowExports exports;
  try {
    set_export(exports, name, text);
  } catch (const Error& fault) {
    return fault.what();
  }
  return "";
}

TEST(ExportWords, SayWhatAndWhere) {
  FlowExports exports;
  set_export(exports, "sflow", "10.0.0.9:7000+[fd00::9]:1,sampling=64,header=256,polling=5,place=h9");
  EXPECT_THAT(exports.sflow.targets, ElementsAre("10.0.0.9:7000", "[fd00::9]:1"));
  EXPECT_EQ(exports.sflow.place, "h9");
  EXPECT_EQ(exports.sflow.sampling, 64u);
  EXPECT_EQ(exports.sflow.header, 256u);
  EXPECT_EQ(exports.sflow.polling, 5u);
  set_export(exports, "netflow", "10.0.0.9,active_timeout=60,add_id_to_interface=true");
  EXPECT_EQ(exports.netflow.active_timeout, 60u);
  EXPECT_TRUE(exports.netflow.add_id_to_interface);
  set_export(exports, "ipfix", "10.0.0.9,domain=3");
  EXPECT_EQ(exports.ipfix.domain, 3u);
  set_export(exports, "sflow", "none");
  EXPECT_FALSE(exports.sflow.is_on());
  EXPECT_TRUE(exports.netflow.is_on());
}

TEST(ExportWords, FaultsAreNamed) {
  EXPECT_THAT(refused("sflow", "collector"), HasSubstr("\"collector\" is no address"));
  EXPECT_THAT(refused("sflow", "10.0.0.9,sampling=often"), HasSubstr("sflow sampling: \"often\""));
  EXPECT_THAT(refused("sflow", "10.0.0.9,samplin=4"), HasSubstr("sampling"));
  EXPECT_THAT(refused("netflow", "10.0.0.9,sampling=4"), HasSubstr("netflow takes no argument"));
  EXPECT_THAT(refused("netflow", "10.0.0.9,add_id_to_interface=maybe"), HasSubstr("neither true nor false"));
  EXPECT_THAT(refused("ipfix", ""), HasSubstr("where is the collector"));
}

TEST(UdpTarget, IsReadAsPeopleWriteIt) {
  const auto text = [](std::string_view given) {
    const auto target = parse_udp_target(given, 6343);
    return target ? target->to_string() : "";
  };
  EXPECT_EQ(text("10.0.0.9"), "10.0.0.9:6343");
  EXPECT_EQ(text("10.0.0.9:1"), "10.0.0.9:1");
  EXPECT_EQ(text("fd00::9"), "[fd00::9]:6343");
  EXPECT_EQ(text("[fd00::9]"), "[fd00::9]:6343");
  EXPECT_EQ(text("[fd00::9]:7"), "[fd00::9]:7");
  for (const char* wrong :
       {"", "h9", "10.0.0.9:", "10.0.0.9:0", "10.0.0.9:70000", "[fd00::9", "[fd00::9]7", "1:2"})
    EXPECT_EQ(text(wrong), "") << wrong;
}

}  // namespace
}  // namespace flowbed
