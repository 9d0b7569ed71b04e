// An address and port in the form that the kernel's socket calls take.
#pragma once

#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "core/base/address.hh"

namespace flowbed {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  SocketAddress(const IpAddress& address, uint16_t port) {
    if (address.v6) {
      sockaddr_in6 v6{};
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(port);
      memcpy(&v6.sin6_addr, address.bytes.data(), sizeof v6.sin6_addr);
      fill(v6);
    } else {
      sockaddr_in v4{};
      v4.sin_family = AF_INET;
      v4.sin_port = htons(port);
      memcpy(&v4.sin_addr, address.bytes.data(), sizeof v4.sin_addr);
      fill(v4);
    }
  }
  template <class Address>
  void fill(const Address& address) {
    memcpy(&storage, &address, sizeof address);
    size = sizeof address;
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

}  // namespace flowbed
