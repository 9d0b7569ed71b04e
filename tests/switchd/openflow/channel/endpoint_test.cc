#include "switchd/openflow/channel/endpoint.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"

namespace flowbed::sw::ofp {
namespace {

using testing::HasSubstr;

std::string refusal(std::string_view text) {
  try {
    return "accepted as " + parse_endpoint(text).to_string();
  } catch (const Error& fault) {
    return fault.what();
  }
}

TEST(Endpoint, ControllersAreConnectedTo) {
  EXPECT_EQ(parse_endpoint("tcp:10.0.0.1:7000").to_string(), "tcp:10.0.0.1:7000");
  EXPECT_EQ(parse_endpoint("tcp:[fd00::1]:7000").to_string(), "tcp:[fd00::1]:7000");
  EXPECT_EQ(parse_endpoint("tcp:10.0.0.1").port, 0) << "both of OpenFlow's are tried";
  EXPECT_EQ(parse_endpoint("tcp:[fd00::1]").to_string(), "tcp:[fd00::1]");
  EXPECT_FALSE(parse_endpoint("tcp:10.0.0.1").passive);
}

TEST(Endpoint, ListenersListenOnTheLoopbackUnlessTold) {
  EXPECT_EQ(parse_endpoint("ptcp:").to_string(), "ptcp:6653:127.0.0.1");
  EXPECT_EQ(parse_endpoint("ptcp:6654").to_string(), "ptcp:6654:127.0.0.1");
  EXPECT_EQ(parse_endpoint("ptcp:6654:0.0.0.0").to_string(), "ptcp:6654:0.0.0.0");
  EXPECT_EQ(parse_endpoint("ptcp:6654:[::1]").to_string(), "ptcp:6654:[::1]");
  EXPECT_TRUE(parse_endpoint("ptcp:").passive);
}

TEST(Endpoint, MayBeUnderTls) {
  EXPECT_TRUE(parse_endpoint("ssl:10.0.0.1:7000").tls);
  EXPECT_FALSE(parse_endpoint("tcp:10.0.0.1:7000").tls);
  EXPECT_EQ(parse_endpoint("ssl:[fd00::1]:7000").to_string(), "ssl:[fd00::1]:7000");
  EXPECT_EQ(parse_endpoint("ssl:10.0.0.1").to_string(), "ssl:10.0.0.1");
  EXPECT_EQ(parse_endpoint("pssl:").to_string(), "pssl:6653:127.0.0.1");
  EXPECT_TRUE(parse_endpoint("pssl:6654").passive);
}

TEST(Endpoint, SaysWhatIsWrong) {
  EXPECT_THAT(refusal("tcp:localhost:6653"), HasSubstr("\"localhost\" is no IP address"));
  EXPECT_THAT(refusal("tcp:"), HasSubstr("\"\" is no IP address"));
  EXPECT_THAT(refusal("tcp:[::1"), HasSubstr("is no IP address"));
  EXPECT_THAT(refusal("tcp:10.0.0.1:0"), HasSubstr("\"0\" is no TCP port"));
  EXPECT_THAT(refusal("tcp:10.0.0.1:70000"), HasSubstr("\"70000\" is no TCP port"));
  EXPECT_THAT(refusal("ptcp:x"), HasSubstr("\"x\" is no TCP port"));
  EXPECT_THAT(refusal("unix:/x"), HasSubstr("it is no place for OpenFlow; write tcp:ADDRESS[:PORT]"));
}

}  // namespace
}  // namespace flowbed::sw::ofp
