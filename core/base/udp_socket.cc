#include "core/base/udp_socket.hh"

#include <charconv>

#include "core/base/error.hh"
#include "core/base/socket_address.hh"
#include "core/base/tcp_socket.hh"

namespace flowbed {
namespace {

std::optional<uint16_t> parse_port(std::string_view digits) {
  uint16_t port = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (fault != std::errc() || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  return port;
}

std::optional<UdpTarget> target_of(std::string_view address, std::optional<uint16_t> port) {
  const auto parsed = IpAddress::parse(address);
  if (!parsed || !port) return std::nullopt;
  return UdpTarget{*parsed, *port};
}

}  // namespace

std::string UdpTarget::to_string() const { return socket_name(address, port); }

std::optional<UdpTarget> parse_udp_target(std::string_view text, uint16_t default_port) {
  if (IpAddress::parse(text)) return target_of(text, default_port);
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == text.npos) return std::nullopt;
    const std::string_view address = text.substr(1, end - 1), rest = text.substr(end + 1);
    if (rest.empty()) return target_of(address, default_port);
    return rest.starts_with(':') ? target_of(address, parse_port(rest.substr(1))) : std::nullopt;
  }
  const size_t colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  return target_of(text.substr(0, colon), parse_port(text.substr(colon + 1)));
}

FileDescriptor start_sending(const IpAddress& address, uint16_t port) {
  const std::string what = "send to " + socket_name(address, port);
  FileDescriptor fd(
      check_syscall(what, socket(address.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)));
  const SocketAddress there(address, port);
  check_syscall(what, connect(fd.get(), there.get(), there.size));
  return fd;
}

IpAddress local_address(int fd) {
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  IpAddress address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) < 0) return address;
  if (own.ss_family == AF_INET6) {
    address.v6 = true;
    memcpy(address.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(own).sin6_addr, 16);
  } else {
    memcpy(address.bytes.data(), &reinterpret_cast<const sockaddr_in&>(own).sin_addr, 4);
  }
  return address;
}

}  // namespace flowbed
