#include "core/base/tcp_socket.hh"

#include "core/base/error.hh"
#include "core/base/socket_address.hh"

namespace flowbed {
namespace {

constexpr int kQueue = 16;

std::string connecting_to(const IpAddress& address, uint16_t port) {
  return "connect to " + socket_name(address, port);
}

FileDescriptor tcp_socket(const IpAddress& address, const std::string& what) {
  return FileDescriptor(
      check_syscall(what, socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)));
}

}  // namespace

FileDescriptor start_connecting(const IpAddress& address, uint16_t port) {
  const std::string what = connecting_to(address, port);
  FileDescriptor fd = tcp_socket(address, what);
  const SocketAddress there(address, port);
  if (connect(fd.get(), there.get(), there.size) < 0 && errno != EINPROGRESS) throw SystemError(what, errno);
  return fd;
}

FileDescriptor start_listening(const IpAddress& address, uint16_t port) {
  const std::string what = "listen on " + socket_name(address, port);
  FileDescriptor fd = tcp_socket(address, what);
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const SocketAddress here(address, port);
  check_syscall(what, bind(fd.get(), here.get(), here.size));
  check_syscall(what, listen(fd.get(), kQueue));
  return fd;
}

void check_connected(int fd, const IpAddress& address, uint16_t port) {
  int fault = 0;
  socklen_t size = sizeof fault;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &size);
  if (fault != 0) throw SystemError(connecting_to(address, port), fault);
}

std::string socket_name(const IpAddress& address, uint16_t port) {
  return (address.v6 ? "[" + address.to_string() + "]" : address.to_string()) + ":" + std::to_string(port);
}

std::string peer_name(int fd) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) < 0) return "nobody";
  IpAddress address;
  if (peer.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    memcpy(&v6, &peer, sizeof v6);
    address.v6 = true;
    memcpy(address.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    return socket_name(address, ntohs(v6.sin6_port));
  }
  sockaddr_in v4{};
  memcpy(&v4, &peer, sizeof v4);
  memcpy(address.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
  return socket_name(address, ntohs(v4.sin_port));
}

}  // namespace flowbed
