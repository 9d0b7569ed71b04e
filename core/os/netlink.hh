// RouteSocket: rtnetlink requests in one network namespace, over libnl-3.
//
// A socket belongs to the namespace that its thread was in when it was opened, whatever the thread does
// later. Every request is acknowledged by the kernel before the call returns; a refusal throws SystemError
// with `attempt`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

namespace flowbed {

// One message under construction.
class NetlinkMessage {
 public:
  NetlinkMessage(int type, int flags);
  template <class Header>
  Header& append_header(const Header& header) {
    return *static_cast<Header*>(append(&header, sizeof header));
  }
  void put(int attribute, const void* data, size_t size);
  void put_string(int attribute, const std::string& text);
  void put_u32(int attribute, uint32_t value);
  nlattr* begin_nested(int attribute);
  void end_nested(nlattr* nest);
  nl_msg* get() { return message_.get(); }

 private:
  void* append(const void* data, size_t size);
  std::unique_ptr<nl_msg, void (*)(nl_msg*)> message_;
};

// One message of the kernel's; valid as long as its buffer.
class NetlinkAnswer {
 public:
  explicit NetlinkAnswer(nlmsghdr* message) : message_(message) {}
  template <class Header>
  const Header& header() const {
    return *static_cast<const Header*>(nlmsg_data(message_));
  }
  // Null: it is not there.
  const nlattr* attribute(int attribute, size_t header_size) const {
    return nlmsg_find_attr(message_, static_cast<int>(header_size), attribute);
  }
  // A number among the attributes that follow a header of this size; none if it is not there.
  template <class Number>
  std::optional<Number> find(int attribute, size_t header_size) const {
    const nlattr* found = this->attribute(attribute, header_size);
    if (found == nullptr || nla_len(found) < static_cast<int>(sizeof(Number))) return std::nullopt;
    return *static_cast<const Number*>(nla_data(found));
  }

 private:
  nlmsghdr* message_;
};

class RouteSocket {
 public:
  RouteSocket();  // in the calling thread's namespace
  void request(const std::string& attempt, NetlinkMessage& message);
  // Everything of the question's kind.
  using Visit = std::function<void(const NetlinkAnswer&)>;
  void list(const std::string& attempt, NetlinkMessage& question, const Visit& visit);
  int ifindex(const std::string& interface) const;  // throws Error if there is none of that name
  int fd() const;                                   // for other requests in its namespace

 private:
  std::unique_ptr<nl_sock, void (*)(nl_sock*)> socket_;
};

}  // namespace flowbed
