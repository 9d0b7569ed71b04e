#include "switchd/datapath/nft/upcall_pair.hh"

#include <cerrno>
#include <memory>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {

constexpr char kKernelName[] = "fb-miss", kUserName[] = "fb-upcall";
constexpr uint32_t kLargestMtu = 65535;

template <const char* name>
void put_name(nlmsghdr* message) {
  mnl_attr_put_strz(message, IFLA_IFNAME, name);
}

using Socket = std::unique_ptr<mnl_socket, int (*)(mnl_socket*)>;

void put_interface(nlmsghdr* message, const char* name) {
  mnl_attr_put_strz(message, IFLA_IFNAME, name);
  mnl_attr_put_u32(message, IFLA_MTU, kLargestMtu);
}

void put_veth(nlmsghdr* message) {
  put_interface(message, kKernelName);
  nlattr* info = mnl_attr_nest_start(message, IFLA_LINKINFO);
  mnl_attr_put_strz(message, IFLA_INFO_KIND, "veth");
  nlattr* data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
  nlattr* peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
  mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg));
  put_interface(message, kUserName);
  mnl_attr_nest_end(message, peer);
  mnl_attr_nest_end(message, data);
  mnl_attr_nest_end(message, info);
}

// The kernel's error, or 0.
int request(mnl_socket* socket, uint16_t type, uint16_t flags, void (*fill)(nlmsghdr*)) {
  char buffer[4096];
  nlmsghdr* message = mnl_nlmsg_put_header(buffer);
  message->nlmsg_type = type;
  message->nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
  auto* header = static_cast<ifinfomsg*>(mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg)));
  header->ifi_family = AF_UNSPEC;
  if (!(flags & NLM_F_CREATE)) header->ifi_flags = header->ifi_change = IFF_UP;
  fill(message);
  if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0) return errno;
  const ssize_t size = mnl_socket_recvfrom(socket, buffer, sizeof buffer);
  if (size < 0) return errno;
  return mnl_cb_run(buffer, static_cast<size_t>(size), 0, 0, nullptr, nullptr) < 0 ? errno : 0;
}

Socket open_socket() {
  Socket socket(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC), mnl_socket_close);
  if (socket && mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) socket.reset();
  return socket;
}

void remove_pair(mnl_socket* socket) {
  request(socket, RTM_DELLINK, 0, put_name<kKernelName>);
}

IfIndex index_of(const char* name) {
  const unsigned index = if_nametoindex(name);
  if (index == 0) throw SystemError(std::string("find ") + name, errno);
  return IfIndex{index};
}

}  // namespace

UpcallPair make_upcall_pair() {
  const Socket socket = open_socket();
  if (!socket) throw SystemError("open a netlink socket", errno);
  remove_pair(socket.get());
  if (const int fault = request(socket.get(), RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, put_veth))
    throw SystemError(std::string("make the veth pair ") + kKernelName, fault);
  // Neither end can be up before the other one is there.
  for (const auto end : {put_name<kKernelName>, put_name<kUserName>}) {
    if (const int fault = request(socket.get(), RTM_NEWLINK, 0, end))
      throw SystemError("set the veth pair for upcalls up", fault);
  }
  return {kKernelName, kUserName, index_of(kKernelName), index_of(kUserName)};
}

void remove_upcall_pair() noexcept {
  if (const Socket socket = open_socket()) remove_pair(socket.get());
}

}  // namespace flowbed::sw
