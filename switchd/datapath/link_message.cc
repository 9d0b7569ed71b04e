#include "switchd/datapath/link_message.hh"

#include <cstring>

#include <linux/if.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

namespace flowbed::sw {
namespace {

std::string text_of(rtattr* attribute) {
  const auto* text = static_cast<const char*>(RTA_DATA(attribute));
  return {text, strnlen(text, static_cast<size_t>(RTA_PAYLOAD(attribute)))};
}

template <class Visit>
void for_each_attribute(rtattr* first, int size, Visit visit) {
  for (rtattr* attribute = first; RTA_OK(attribute, size); attribute = RTA_NEXT(attribute, size))
    visit(attribute);
}

template <class T>
T number_of(rtattr* attribute) {
  T value{};
  if (RTA_PAYLOAD(attribute) >= sizeof value) memcpy(&value, RTA_DATA(attribute), sizeof value);
  return value;
}

LinkNews read_link(nlmsghdr* message) {
  auto* info = static_cast<ifinfomsg*>(NLMSG_DATA(message));
  LinkNews news;
  news.index = IfIndex{static_cast<uint32_t>(info->ifi_index)};
  constexpr unsigned kUp = IFF_UP | IFF_LOWER_UP;
  news.gone = message->nlmsg_type == RTM_DELLINK;
  news.up = !news.gone && (info->ifi_flags & kUp) == kUp;
  uint8_t state = IF_OPER_UNKNOWN;
  uint32_t carrier_changes = 0;
  for_each_attribute(IFLA_RTA(info), static_cast<int>(IFLA_PAYLOAD(message)), [&](rtattr* attribute) {
    if (attribute->rta_type == IFLA_MTU) news.mtu = number_of<uint32_t>(attribute);
    if (attribute->rta_type == IFLA_ADDRESS) news.address = number_of<MacAddress>(attribute);
    if (attribute->rta_type == IFLA_QDISC) news.qdisc = text_of(attribute);
    if (attribute->rta_type == IFLA_OPERSTATE) state = number_of<uint8_t>(attribute);
    if (attribute->rta_type == IFLA_CARRIER_CHANGES) carrier_changes = number_of<uint32_t>(attribute);
  });
  // The state follows the carrier where there is one, in the moment in which the device begins to send.
  news.sends = news.up && (state == IF_OPER_UP || (state == IF_OPER_UNKNOWN && carrier_changes == 0));
  return news;
}

QdiscNews read_qdisc(nlmsghdr* message) {
  auto* info = static_cast<tcmsg*>(NLMSG_DATA(message));
  QdiscNews news;
  news.index = IfIndex{static_cast<uint32_t>(info->tcm_ifindex)};
  news.ingress = info->tcm_parent == TC_H_INGRESS;
  news.kind = "noqueue";
  if (message->nlmsg_type == RTM_DELQDISC) return news;
  for_each_attribute(TCA_RTA(info), static_cast<int>(TCA_PAYLOAD(message)), [&](rtattr* attribute) {
    if (attribute->rta_type == TCA_KIND) news.kind = text_of(attribute);
  });
  return news;
}

bool is_link(const nlmsghdr* message) {
  if (message->nlmsg_type != RTM_NEWLINK && message->nlmsg_type != RTM_DELLINK) return false;
  if (message->nlmsg_len < NLMSG_LENGTH(sizeof(ifinfomsg))) return false;
  // A bridge of the kernel announces its ports as links of another family.
  return static_cast<const ifinfomsg*>(NLMSG_DATA(message))->ifi_family == AF_UNSPEC;
}

// Qdiscs below a root qdisc do not matter: where they are, there is a root.
bool is_outermost_qdisc(const nlmsghdr* message) {
  if (message->nlmsg_type != RTM_NEWQDISC && message->nlmsg_type != RTM_DELQDISC) return false;
  if (message->nlmsg_len < NLMSG_LENGTH(sizeof(tcmsg))) return false;
  const auto parent = static_cast<const tcmsg*>(NLMSG_DATA(message))->tcm_parent;
  return parent == TC_H_ROOT || parent == TC_H_INGRESS;
}

}  // namespace

bool read_link_messages(std::span<const uint8_t> bytes, const LinkVisitor& visitor) {
  auto left = static_cast<unsigned>(bytes.size());
  auto* message = reinterpret_cast<nlmsghdr*>(const_cast<uint8_t*>(bytes.data()));
  for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
    if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) return true;
    if (is_link(message)) {
      visitor.link(read_link(message));
    } else if (is_outermost_qdisc(message)) {
      visitor.qdisc(read_qdisc(message));
    }
  }
  return false;
}

}  // namespace flowbed::sw
