#include "core/os/link_watch.hh"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

FileDescriptor open_socket() {
  FileDescriptor fd(check_syscall(
      "watch links", socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK;
  check_syscall("watch links", bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  return fd;
}

}  // namespace

LinkWatch::LinkWatch(EventLoop& loop, std::function<void()> on_change)
    : socket_(open_socket()), on_change_(std::move(on_change)) {
  watch_ = loop.watch(socket_.get(), EPOLLIN, [this](uint32_t) { drain(); });
}

// More than fits means that something has changed, too.
void LinkWatch::drain() {
  char message[8192];
  while (recv(socket_.get(), message, sizeof message, 0) > 0 || errno == ENOBUFS) {
  }
  on_change_();
}

}  // namespace flowbed
