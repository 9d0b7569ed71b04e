// UDP sockets that do not block, made in whatever network namespace the calling thread is in; and where they
// send to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/address.hh"
#include "core/base/fd.hh"

namespace flowbed {

struct UdpTarget {
  IpAddress address;
  uint16_t port = 0;

  std::string to_string() const;  // "10.0.0.9:6343", "[::1]:6343"
  bool operator==(const UdpTarget&) const = default;
};

// "10.0.0.9", "10.0.0.9:6343", "fd00::9", "[fd00::9]:6343". Nothing: it is none of these.
std::optional<UdpTarget> parse_udp_target(std::string_view text, uint16_t default_port);

// A socket that sends there, and hears from there only. Throws SystemError: there is no way there.
FileDescriptor start_sending(const IpAddress& address, uint16_t port);
IpAddress local_address(int fd);  // that it sends from; 0.0.0.0 if the kernel does not tell

}  // namespace flowbed
