#include "switchd/datapath/link_message.hh"

#include <cstring>

#include <linux/if.h>
#include <linux/rtnetlink.h>

namespace flowbed::sw {
namespace {

LinkNews read_link(nlmsghdr* message) {
  auto* info = static_cast<ifinfomsg*>(NLMSG_DATA(message));
  LinkNews news;
  news.index = IfIndex{static_cast<uint32_t>(info->ifi_index)};
  constexpr unsigned kUp = IFF_UP | IFF_LOWER_UP;
  news.gone = message->nlmsg_type == RTM_DELLINK;
  news.up = !news.gone && (info->ifi_flags & kUp) == kUp;
  int left = static_cast<int>(IFLA_PAYLOAD(message));
  for (rtattr* attribute = IFLA_RTA(info); RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
    const auto size = static_cast<size_t>(RTA_PAYLOAD(attribute));
    if (attribute->rta_type == IFLA_MTU && size >= sizeof news.mtu) {
      memcpy(&news.mtu, RTA_DATA(attribute), sizeof news.mtu);
    } else if (attribute->rta_type == IFLA_IFNAME && size > 0) {
      news.name.assign(static_cast<const char*>(RTA_DATA(attribute)), size - 1);
    }
  }
  return news;
}

bool is_about_link(const nlmsghdr* message) {
  return (message->nlmsg_type == RTM_NEWLINK || message->nlmsg_type == RTM_DELLINK) &&
         message->nlmsg_len >= NLMSG_LENGTH(sizeof(ifinfomsg));
}

}  // namespace

bool read_link_messages(std::span<const uint8_t> bytes, const std::function<void(const LinkNews&)>& visit) {
  auto left = static_cast<unsigned>(bytes.size());
  auto* message = reinterpret_cast<nlmsghdr*>(const_cast<uint8_t*>(bytes.data()));
  for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
    if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) return true;
    // A bridge of the kernel announces its ports as links of another family.
    if (is_about_link(message) && static_cast<ifinfomsg*>(NLMSG_DATA(message))->ifi_family == AF_UNSPEC) {
      visit(read_link(message));
    }
  }
  return false;
}

}  // namespace flowbed::sw
