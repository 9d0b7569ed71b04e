#include "switchd/datapath/link_monitor.hh"

#include <linux/rtnetlink.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "core/base/error.hh"

namespace flowbed::sw {

namespace {
constexpr size_t kReceiveSize = 65536;
}  // namespace

void LinkMonitor::refresh() {
  if (!socket_) open();
  while (receive()) {
  }
}

const LinkNews* LinkMonitor::find(IfIndex index) const {
  const auto link = links_.find(index);
  return link == links_.end() ? nullptr : &link->second;
}

// Listens first and asks then, so that no change falls between.
void LinkMonitor::open() {
  socket_ = FileDescriptor(check_syscall(
      "open a netlink socket", socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK;
  check_syscall("bind the netlink socket",
                bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address));
  dump();
  watch_ = loop_.watch(socket_.get(), EPOLLIN, [this](uint32_t) { refresh(); });
}

void LinkMonitor::dump() {
  struct {
    nlmsghdr header;
    ifinfomsg info;
    rtattr attribute;
    uint32_t skip;
  } request{};
  request.header = {.nlmsg_len = sizeof request,
                    .nlmsg_type = RTM_GETLINK,
                    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                    .nlmsg_seq = 1,
                    .nlmsg_pid = 0};
  request.info.ifi_family = AF_UNSPEC;
  request.attribute = {.rta_len = RTA_LENGTH(sizeof request.skip), .rta_type = IFLA_EXT_MASK};
  request.skip = RTEXT_FILTER_SKIP_STATS;  // of IPv6, which nobody here reads
  check_syscall("ask for all interfaces", send(socket_.get(), &request, sizeof request, 0));
  while (receive()) {
  }
}

// Events were lost. What the dump does not show is gone.
void LinkMonitor::start_over() {
  const auto before = std::exchange(links_, {});
  dump();
  for (const auto& [index, link] : before) {
    if (!links_.contains(index))
      handler_({.index = index, .name = link.name, .gone = true, .up = false, .mtu = 0});
  }
}

bool LinkMonitor::receive() {
  alignas(nlmsghdr) uint8_t buffer[kReceiveSize];
  const ssize_t size = recv(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
  if (size < 0 && errno == ENOBUFS) start_over();
  if (size <= 0) return false;
  return !read_link_messages({buffer, static_cast<size_t>(size)},
                             [this](const LinkNews& news) { take(news); });
}

void LinkMonitor::take(const LinkNews& news) {
  if (news.gone) {
    links_.erase(news.index);
  } else {
    links_[news.index] = news;
  }
  handler_(news);
}

}  // namespace flowbed::sw
