#include "switchd/datapath/nft/link_request.hh"

#include <cerrno>

#include <linux/rtnetlink.h>
#include <net/if.h>

#include "core/base/error.hh"

namespace flowbed::sw {

LinkRequests::LinkRequests() : socket_(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC)) {
  if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
    throw SystemError("open a netlink socket", errno);
}

int LinkRequests::send(uint16_t type, uint16_t flags, IfIndex index,
                       const std::function<void(nlmsghdr*)>& fill) {
  alignas(nlmsghdr) char buffer[16384];
  nlmsghdr* message = mnl_nlmsg_put_header(buffer);
  message->nlmsg_type = type;
  message->nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
  if (type != RTM_GETLINK) message->nlmsg_flags |= NLM_F_ACK;
  auto* header = static_cast<ifinfomsg*>(mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg)));
  header->ifi_family = AF_UNSPEC;
  header->ifi_index = static_cast<int>(to_number(index));
  if (type == RTM_NEWLINK && !(flags & NLM_F_CREATE)) header->ifi_flags = header->ifi_change = IFF_UP;
  fill(message);
  if (mnl_socket_sendto(socket_.get(), message, message->nlmsg_len) < 0) return errno;
  const ssize_t size = mnl_socket_recvfrom(socket_.get(), buffer, sizeof buffer);
  if (size < 0) return errno;
  return mnl_cb_run(buffer, static_cast<size_t>(size), 0, 0, nullptr, nullptr) < 0 ? errno : 0;
}

bool LinkRequests::is_there(IfIndex index) {
  return send(RTM_GETLINK, 0, index, [](nlmsghdr*) {}) == 0;
}

}  // namespace flowbed::sw
