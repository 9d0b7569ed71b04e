#include "core/os/netlink.hh"

#include <cstring>

#include <net/if.h>
#include <netlink/errno.h>
#include <sys/ioctl.h>

#include "core/base/error.hh"

namespace flowbed {

NetlinkMessage::NetlinkMessage(int type, int flags)
    : message_(nlmsg_alloc_simple(type, NLM_F_REQUEST | flags), nlmsg_free) {}

void* NetlinkMessage::append(const void* data, size_t size) {
  void* place = nlmsg_reserve(message_.get(), size, NLMSG_ALIGNTO);
  if (place == nullptr) throw Error("a netlink message grew too large");
  memcpy(place, data, size);
  return place;
}

void NetlinkMessage::put(int attribute, const void* data, size_t size) {
  if (nla_put(message_.get(), attribute, static_cast<int>(size), data) < 0) {
    throw Error("a netlink message grew too large");
  }
}

void NetlinkMessage::put_string(int attribute, const std::string& text) {
  put(attribute, text.c_str(), text.size() + 1);
}
void NetlinkMessage::put_u32(int attribute, uint32_t value) { put(attribute, &value, sizeof value); }
nlattr* NetlinkMessage::begin_nested(int attribute) { return nla_nest_start(message_.get(), attribute); }
void NetlinkMessage::end_nested(nlattr* nest) { nla_nest_end(message_.get(), nest); }

RouteSocket::RouteSocket() : socket_(nl_socket_alloc(), nl_socket_free) {
  nl_socket_set_local_port(socket_.get(), 0);  // the kernel chooses
  if (const int rv = nl_connect(socket_.get(), NETLINK_ROUTE); rv < 0) {
    throw Error(std::string("open a netlink socket: ") + nl_geterror(rv));
  }
}

// libnl folds several errnos into one code of its own, so the kernel's answer is read here: one datagram, one
// ack.
void RouteSocket::request(const std::string& attempt, NetlinkMessage& message) {
  nlmsghdr* header = nlmsg_hdr(message.get());
  header->nlmsg_flags |= NLM_F_ACK;
  if (const int rv = nl_send_auto(socket_.get(), message.get()); rv < 0) {
    throw Error(attempt + ": " + nl_geterror(rv));
  }
  alignas(nlmsghdr) char answer[8192];
  const ssize_t size =
      check_syscall(attempt, recv(nl_socket_get_fd(socket_.get()), answer, sizeof answer, 0));
  const auto* ack = reinterpret_cast<const nlmsghdr*>(answer);
  if (!nlmsg_ok(ack, static_cast<int>(size)) || ack->nlmsg_type != NLMSG_ERROR) {
    throw Error(attempt + ": the kernel gave an unexpected answer");
  }
  const int error = static_cast<const nlmsgerr*>(nlmsg_data(ack))->error;
  if (error != 0) throw SystemError(attempt, -error);
}

void RouteSocket::list(const std::string& attempt, NetlinkMessage& question, const Visit& visit) {
  nlmsg_hdr(question.get())->nlmsg_flags |= NLM_F_DUMP;
  if (const int rv = nl_send_auto(socket_.get(), question.get()); rv < 0) {
    throw Error(attempt + ": " + nl_geterror(rv));
  }
  alignas(nlmsghdr) char answer[32768];  // the most that the kernel writes at once
  while (true) {
    auto size = static_cast<int>(check_syscall(attempt, recv(fd(), answer, sizeof answer, 0)));
    for (auto* message = reinterpret_cast<nlmsghdr*>(answer); nlmsg_ok(message, size);
         message = nlmsg_next(message, &size)) {
      if (message->nlmsg_type == NLMSG_DONE) return;
      if (message->nlmsg_type == NLMSG_ERROR)
        throw SystemError(attempt, -static_cast<const nlmsgerr*>(nlmsg_data(message))->error);
      visit(NetlinkAnswer(message));
    }
  }
}

int RouteSocket::ifindex(const std::string& interface) const {
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  check_syscall("look up interface " + interface,
                ioctl(nl_socket_get_fd(socket_.get()), SIOCGIFINDEX, &request));
  return request.ifr_ifindex;
}

int RouteSocket::fd() const { return nl_socket_get_fd(socket_.get()); }

}  // namespace flowbed
