#include "switchd/datapath/link_message.hh"

#include <cstring>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

namespace flowbed::sw {
namespace {

// One message as the kernel writes it, MTU and qdisc included.
std::vector<uint8_t> link_message(uint16_t type, int index, unsigned flags, uint8_t family = AF_UNSPEC,
                                  uint8_t state = IF_OPER_UP, uint32_t carrier_changes = 2) {
  struct {
    nlmsghdr header;
    ifinfomsg info;
    rtattr mtu_attribute;
    uint32_t mtu;
    rtattr qdisc_attribute;
    char qdisc[8];
    rtattr state_attribute;
    uint8_t state, padding[3];
    rtattr changes_attribute;
    uint32_t changes;
  } message{};
  message.header.nlmsg_len = sizeof message;
  message.header.nlmsg_type = type;
  message.info.ifi_family = family;
  message.info.ifi_index = index;
  message.info.ifi_flags = flags;
  message.mtu_attribute = {8, IFLA_MTU};
  message.mtu = 1400;
  message.qdisc_attribute = {12, IFLA_QDISC};
  memcpy(message.qdisc, "noqueue", 8);
  message.state_attribute = {5, IFLA_OPERSTATE};
  message.state = state;
  message.changes_attribute = {8, IFLA_CARRIER_CHANGES};
  message.changes = carrier_changes;
  const auto* bytes = reinterpret_cast<const uint8_t*>(&message);
  return {bytes, bytes + sizeof message};
}

std::vector<uint8_t> qdisc_message(uint16_t type, uint32_t parent) {
  struct {
    nlmsghdr header;
    tcmsg info;
    rtattr kind_attribute;
    char kind[4];
  } message{};
  message.header.nlmsg_len = sizeof message;
  message.header.nlmsg_type = type;
  message.info.tcm_ifindex = 7;
  message.info.tcm_parent = parent;
  message.kind_attribute = {8, TCA_KIND};
  memcpy(message.kind, "tbf", 4);
  const auto* bytes = reinterpret_cast<const uint8_t*>(&message);
  return {bytes, bytes + sizeof message};
}

std::vector<LinkNews> read(const std::vector<uint8_t>& bytes) {
  std::vector<LinkNews> all;
  read_link_messages(bytes, {.link = [&](const LinkNews& news) { all.push_back(news); }, .qdisc = {}});
  return all;
}

std::vector<std::string> read_qdiscs(const std::vector<uint8_t>& bytes) {
  std::vector<std::string> all;
  read_link_messages(bytes, {.link = {}, .qdisc = [&](const QdiscNews& news) {
                               all.push_back((news.ingress ? "ingress " : "root ") + news.kind);
                             }});
  return all;
}

TEST(LinkMessage, TellsOfOutermostQdiscs) {
  EXPECT_THAT(read_qdiscs(qdisc_message(RTM_NEWQDISC, TC_H_ROOT)), testing::ElementsAre("root tbf"));
  EXPECT_THAT(read_qdiscs(qdisc_message(RTM_DELQDISC, TC_H_ROOT)), testing::ElementsAre("root noqueue"));
  EXPECT_THAT(read_qdiscs(qdisc_message(RTM_NEWQDISC, TC_H_INGRESS)), testing::ElementsAre("ingress tbf"));
  EXPECT_THAT(read_qdiscs(qdisc_message(RTM_NEWQDISC, 0x10001)), testing::IsEmpty());
}

TEST(LinkMessage, UpNeedsCarrier) {
  const auto up = read(link_message(RTM_NEWLINK, 7, IFF_UP | IFF_LOWER_UP));
  ASSERT_EQ(up.size(), 1u);
  EXPECT_TRUE(up[0].up);
  EXPECT_EQ(up[0].index, IfIndex{7});
  EXPECT_EQ(up[0].mtu, 1400u);
  EXPECT_EQ(up[0].qdisc, "noqueue");
  EXPECT_TRUE(up[0].sends);
  EXPECT_FALSE(read(link_message(RTM_NEWLINK, 7, IFF_UP))[0].up);
}

TEST(LinkMessage, SendingBeginsAfterTheCarrierHasCome) {
  const auto sends = [](uint8_t state, uint32_t carrier_changes) {
    return read(link_message(RTM_NEWLINK, 7, IFF_UP | IFF_LOWER_UP, AF_UNSPEC, state, carrier_changes))[0]
        .sends;
  };
  EXPECT_FALSE(sends(IF_OPER_LOWERLAYERDOWN, 2));
  EXPECT_FALSE(sends(IF_OPER_UNKNOWN, 2)) << "a veth, before the kernel has looked at it";
  EXPECT_TRUE(sends(IF_OPER_UNKNOWN, 0)) << "a device that has no carrier to wait for";
}

TEST(LinkMessage, RemovedIsDown) {
  const auto gone = read(link_message(RTM_DELLINK, 7, IFF_UP | IFF_LOWER_UP));
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_TRUE(gone[0].gone);
  EXPECT_FALSE(gone[0].up);
}

TEST(LinkMessage, ReadsSeveralAndSkipsOtherFamilies) {
  auto bytes = link_message(RTM_NEWLINK, 1, 0);
  for (const auto& more : {link_message(RTM_NEWLINK, 2, 0, AF_BRIDGE), link_message(RTM_NEWLINK, 3, 0)}) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  const auto all = read(bytes);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].index, IfIndex{3});
}

TEST(LinkMessage, EveryTruncationIsSafe) {
  const auto whole = link_message(RTM_NEWLINK, 1, 0);
  for (size_t size = 0; size < whole.size(); size++) {
    read(std::vector<uint8_t>(whole.begin(), whole.begin() + static_cast<long>(size)));
  }
}

TEST(LinkMessage, TellsTheEndOfADump) {
  nlmsghdr done{};
  done.nlmsg_len = sizeof done;
  done.nlmsg_type = NLMSG_DONE;
  const auto* bytes = reinterpret_cast<const uint8_t*>(&done);
  EXPECT_TRUE(read_link_messages({bytes, sizeof done}, {}));
}

}  // namespace
}  // namespace flowbed::sw
