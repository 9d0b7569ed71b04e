#include "core/os/echo_socket.hh"

#include <cstring>

#include <arpa/inet.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

constexpr size_t kHeader = 8;  // type, code, checksum, identifier, sequence: alike in ICMP and ICMPv6
constexpr size_t kData = 56;

uint16_t internet_checksum(const uint8_t* bytes, size_t size) {
  uint32_t sum = 0;
  for (size_t i = 0; i + 1 < size; i += 2) sum += static_cast<uint32_t>(bytes[i] << 8 | bytes[i + 1]);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

void put_u16(uint8_t* at, uint16_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}

// The kernel passes only echo replies up.
void filter_replies(int fd, bool v6) {
  if (v6) {
    icmp6_filter filter;
    ICMP6_FILTER_SETBLOCKALL(&filter);
    ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
    check_syscall("filter ICMPv6", setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter));
  } else {
    icmp_filter filter{.data = ~(1U << ICMP_ECHOREPLY)};
    check_syscall("filter ICMP", setsockopt(fd, SOL_RAW, ICMP_FILTER, &filter, sizeof filter));
  }
}

}  // namespace

EchoSocket::EchoSocket(bool v6, uint16_t identifier)
    : socket_(check_syscall("open an ICMP socket",
                            socket(v6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
                                   v6 ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP)))),
      v6_(v6),
      identifier_(identifier) {
  filter_replies(socket_.get(), v6);
}

bool EchoSocket::send(const IpAddress& to, uint16_t sequence) {
  uint8_t packet[kHeader + kData] = {};
  packet[0] = v6_ ? static_cast<uint8_t>(ICMP6_ECHO_REQUEST) : static_cast<uint8_t>(ICMP_ECHO);
  put_u16(packet + 4, identifier_);
  put_u16(packet + 6, sequence);
  if (!v6_) put_u16(packet + 2, internet_checksum(packet, sizeof packet));  // the kernel fills in ICMPv6's
  sockaddr_in6 v6{};
  sockaddr_in v4{};
  v6.sin6_family = AF_INET6;
  v4.sin_family = AF_INET;
  memcpy(&v6.sin6_addr, to.bytes.data(), 16);
  memcpy(&v4.sin_addr, to.bytes.data(), 4);
  const auto* address = v6_ ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  return sendto(socket_.get(), packet, sizeof packet, 0, address, v6_ ? sizeof v6 : sizeof v4) > 0;
}

std::optional<EchoSocket::Reply> EchoSocket::receive() {
  uint8_t packet[256];
  for (;;) {
    sockaddr_storage from{};
    socklen_t from_size = sizeof from;
    const ssize_t n =
        recvfrom(socket_.get(), packet, sizeof packet, 0, reinterpret_cast<sockaddr*>(&from), &from_size);
    if (n < 0) return std::nullopt;
    const size_t skip =
        v6_ ? 0 : static_cast<size_t>(packet[0] & 0xf) * 4;  // raw IPv4 sockets see the IP header
    if (static_cast<size_t>(n) < skip + kHeader) continue;
    const uint8_t* icmp = packet + skip;
    if ((icmp[4] << 8 | icmp[5]) != identifier_) continue;
    Reply reply{static_cast<uint16_t>(icmp[6] << 8 | icmp[7]), {}};
    reply.from.v6 = v6_;
    if (v6_) {
      memcpy(reply.from.bytes.data(), &reinterpret_cast<sockaddr_in6*>(&from)->sin6_addr, 16);
    } else {
      memcpy(reply.from.bytes.data(), &reinterpret_cast<sockaddr_in*>(&from)->sin_addr, 4);
    }
    return reply;
  }
}

}  // namespace flowbed
