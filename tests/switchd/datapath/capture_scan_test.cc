#include "switchd/datapath/capture_scan.hh"

#include <gtest/gtest.h>

namespace flowbed::sw {
namespace {

constexpr std::string_view kHeading = "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n";

std::string line(const char* proto, int iface, int inode) {
  return "0000000000000000 3      3    " + std::string(proto) + "   " + std::to_string(iface) +
         "     1 0      0      " + std::to_string(inode) + "\n";
}

TEST(CaptureScan, NobodyCaptures) { EXPECT_EQ(parse_packet_sockets(kHeading, 1), CaptureSet{}); }

TEST(CaptureScan, FindsTheInterfaceOfACapture) {
  const CaptureSet captures = parse_packet_sockets(std::string(kHeading) + line("0003", 7, 100), 1);
  EXPECT_TRUE(captures.contains(IfIndex{7}));
  EXPECT_FALSE(captures.contains(IfIndex{8}));
}

TEST(CaptureScan, SocketWithoutInterfaceCapturesEverywhere) {
  const CaptureSet captures = parse_packet_sockets(std::string(kHeading) + line("0003", 0, 100), 1);
  EXPECT_TRUE(captures.contains(IfIndex{8}));
}

TEST(CaptureScan, OwnSocketsAndSendersDoNotCount) {
  const std::string text = std::string(kHeading) + line("0003", 0, 55) + line("0000", 3, 56);
  EXPECT_EQ(parse_packet_sockets(text, 55), CaptureSet{});
}

}  // namespace
}  // namespace flowbed::sw
