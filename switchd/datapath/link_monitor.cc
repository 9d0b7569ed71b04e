#include "switchd/datapath/link_monitor.hh"

#include <linux/rtnetlink.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "core/base/error.hh"

namespace flowbed::sw {

namespace {
constexpr size_t kReceiveSize = 65536;

bool shapes(const std::string& qdisc) { return !qdisc.empty() && qdisc != "noqueue" && qdisc != "noop"; }
}  // namespace

void LinkMonitor::refresh() {
  if (!socket_) open();
  while (receive()) {
  }
}

LinkFacts LinkMonitor::find(IfIndex index) const {
  const auto link = links_.find(index);
  return link == links_.end() ? LinkFacts{} : link->second.facts();
}

LinkFacts LinkMonitor::Link::facts() const {
  return {.up = up, .mtu = mtu, .shaped = shapes(root_qdisc) || shapes(ingress_qdisc), .sends = sends,
          .address = address};
}

// Listens first and asks then, so that no change falls between.
void LinkMonitor::open() {
  socket_ = FileDescriptor(check_syscall(
      "open a netlink socket", socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK | RTMGRP_TC;
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
    if (!links_.contains(index)) handler_(index, LinkFacts{});
  }
}

bool LinkMonitor::receive() {
  alignas(nlmsghdr) uint8_t buffer[kReceiveSize];
  const ssize_t size = recv(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
  if (size < 0 && errno == ENOBUFS) start_over();
  if (size <= 0) return false;
  const LinkVisitor visitor{.link = [this](const LinkNews& news) { take(news); },
                            .qdisc = [this](const QdiscNews& news) { take(news); }};
  return !read_link_messages({buffer, static_cast<size_t>(size)}, visitor);
}

void LinkMonitor::take(const LinkNews& news) {
  if (news.gone) {
    links_.erase(news.index);
  } else {
    Link& link = links_[news.index];
    link.up = news.up;
    link.sends = news.sends;
    link.mtu = news.mtu;
    link.address = news.address;
    link.root_qdisc = news.qdisc;
  }
  handler_(news.index, find(news.index));
}

void LinkMonitor::take(const QdiscNews& news) {
  const auto link = links_.find(news.index);
  if (link == links_.end()) return;
  (news.ingress ? link->second.ingress_qdisc : link->second.root_qdisc) = news.kind;
  handler_(news.index, link->second.facts());
}

}  // namespace flowbed::sw
