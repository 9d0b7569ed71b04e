// EchoSocket: ICMP and ICMPv6 echo from inside a host, without a process.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/address.hh"
#include "core/base/clock.hh"
#include "core/base/fd.hh"

namespace flowbed {

class EchoSocket {
 public:
  // Of the calling thread's network namespace. `identifier` tells this socket's replies from others'.
  EchoSocket(bool v6, uint16_t identifier);

  int fd() const { return socket_.get(); }
  // One request with 56 bytes of data, as ping sends. False if the kernel refuses it (no route, interface
  // down).
  bool send(const IpAddress& to, uint16_t sequence);

  struct Reply {
    uint16_t sequence;
    IpAddress from;
  };
  std::optional<Reply> receive();  // the next reply to this identifier, or nothing for now

 private:
  FileDescriptor socket_;
  bool v6_;
  uint16_t identifier_;
};

}  // namespace flowbed
