#include "core/base/address.hh"

#include <gtest/gtest.h>

namespace flowbed {
namespace {

std::string mac_text(const char* text) {
  const auto mac = MacAddress::parse(text);
  return mac ? mac->to_string() : "refused";
}

std::string ip_text(std::string_view text) {
  const auto address = IpAddress::parse(text);
  return address ? address->to_string() : "refused";
}

std::string prefix_text(const char* text) {
  const auto prefix = IpPrefix::parse(text);
  return prefix ? prefix->to_string() : "refused";
}

TEST(MacAddress, IsParsedAndPrinted) {
  EXPECT_EQ(mac_text("02:00:5e:Ab:cD:ff"), "02:00:5e:ab:cd:ff");
  for (const char* bad :
       {"", "02:00:5e:ab:cd", "02:00:5e:ab:cd:fg", "02-00-5e-ab-cd-ff", "02:00:5e:ab:cd:ff:00",
        "-0:00:00:00:00:00", "+1:00:00:00:00:00", " 1:00:00:00:00:00", "020:0:5e:ab:cd:ff"}) {
    EXPECT_EQ(mac_text(bad), "refused") << bad;
  }
}

TEST(MacAddress, FromANumberTakes48Bits) {
  EXPECT_EQ(MacAddress::from_uint64(0xffff020000000001).to_string(), "02:00:00:00:00:01");
}

TEST(MacAddress, KnowsGroups) {
  EXPECT_TRUE(MacAddress::parse("01:00:5e:00:00:01")->is_multicast());
  EXPECT_FALSE(MacAddress::parse("02:00:5e:00:00:01")->is_multicast());
}

TEST(IpAddress, IsParsedAndPrinted) {
  EXPECT_EQ(ip_text("10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(ip_text("fd00::0:1"), "fd00::1");
  EXPECT_EQ(ip_text("::ffff:10.0.0.1"), "::ffff:10.0.0.1");
  for (const std::string bad :
       {"", "10.0.0", "10.0.0.256", "10.0.0.1 ", "fd00", "fd00:::1", "localhost", "1.2.3.4.5"}) {
    EXPECT_EQ(ip_text(bad), "refused") << bad;
  }
  EXPECT_EQ(ip_text(std::string_view("10.0.0.1\0x", 10)), "refused");
}

TEST(IpAddress, ConvertsIpv4) {
  EXPECT_EQ(IpAddress::from_ipv4(0x0a000001).to_string(), "10.0.0.1");
  EXPECT_EQ(IpAddress::parse("10.0.0.1")->to_ipv4(), 0x0a000001u);
}

TEST(IpPrefix, KeepsItsHostBits) {
  EXPECT_EQ(prefix_text("10.0.0.1/8"), "10.0.0.1/8");
  EXPECT_EQ(prefix_text("10.0.0.1"), "10.0.0.1/32");
  EXPECT_EQ(prefix_text("fd00::1"), "fd00::1/128");
  for (const char* bad :
       {"10.0.0.1/", "10.0.0.1/33", "fd00::/129", "10.0.0.1/-0", "10.0.0.1/+8", "/8", "10.0.0.1/8/8"}) {
    EXPECT_EQ(prefix_text(bad), "refused") << bad;
  }
}

TEST(IpPrefix, NetworkClearsEveryLengthOfHostBits) {
  const IpAddress ones4 = *IpAddress::parse("255.255.255.255");
  for (int length = 0; length <= 32; length++) {
    const uint32_t expected = length == 0 ? 0 : UINT32_MAX << (32 - length);
    EXPECT_EQ((IpPrefix{ones4, length}.network().to_ipv4()), expected) << length;
  }
  const auto network6 = [](int length) {
    return IpPrefix{*IpAddress::parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), length}
        .network()
        .to_string();
  };
  EXPECT_EQ(network6(0), "::");
  EXPECT_EQ(network6(1), "8000::");
  EXPECT_EQ(network6(63), "ffff:ffff:ffff:fffe::");
  EXPECT_EQ(network6(128), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST(IpPrefix, CountsFromItsNetwork) {
  const IpPrefix p = *IpPrefix::parse("10.1.2.3/16");
  EXPECT_EQ(p.nth(1).to_string(), "10.1.0.1");
  EXPECT_EQ(p.nth(256).to_string(), "10.1.1.0");
  EXPECT_EQ(IpPrefix::parse("fd00::/64")->nth(0x123456789).to_string(), "fd00::1:2345:6789");
}

TEST(IpPrefix, KnowsHowManyHostsFit) {
  EXPECT_EQ(IpPrefix::parse("10.0.0.0/24")->capacity(), 254u);
  EXPECT_EQ(IpPrefix::parse("10.0.0.0/30")->capacity(), 2u);
  EXPECT_EQ(IpPrefix::parse("10.0.0.0/31")->capacity(), 1u);
  EXPECT_EQ(IpPrefix::parse("10.0.0.0/32")->capacity(), 0u);
  EXPECT_EQ(IpPrefix::parse("10.0.0.0/0")->capacity(), 0xfffffffeu);
  EXPECT_EQ(IpPrefix::parse("fd00::/120")->capacity(), 255u);
  EXPECT_GT(IpPrefix::parse("fd00::/1")->capacity(), uint64_t{1} << 60);
}

TEST(IpPrefix, ContainsOnlyItsOwnFamily) {
  EXPECT_TRUE(IpPrefix::parse("10.0.0.1/8")->contains(*IpAddress::parse("10.255.0.0")));
  EXPECT_FALSE(IpPrefix::parse("10.0.0.1/8")->contains(*IpAddress::parse("11.0.0.0")));
  EXPECT_FALSE(IpPrefix::parse("0.0.0.0/0")->contains(*IpAddress::parse("::")));
}

}  // namespace
}  // namespace flowbed
