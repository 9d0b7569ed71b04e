// Who captures: packet sockets of other programs (tcpdump, Wireshark, a capture by the engine) on our
// interfaces.
//
// A packet that crosses a link by translation is seen by no device, and so by no capture. While somebody
// listens, its flows go through the real devices; this finds out when. The kernel lists all packet sockets of
// a namespace in /proc/net/packet; it has no event for it, so one looks every 200 ms while it matters.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_set>

#include "core/base/fd.hh"
#include "switchd/flow/numbers.hh"

namespace flowbed::sw {

struct CaptureSet {
  bool everywhere = false;  // a socket that is bound to no interface
  std::unordered_set<IfIndex> interfaces;

  bool contains(IfIndex index) const { return everywhere || interfaces.contains(index); }
  bool operator==(const CaptureSet&) const = default;
};

// `text` as read from /proc/net/packet. Not counted: sockets whose inode is `own_inode`, and those that only
// send.
CaptureSet parse_packet_sockets(std::string_view text, uint64_t own_inode);

// The kernel's list of packet sockets, kept open: switchd opens no file once it is confined.
class PacketSocketList {
 public:
  PacketSocketList();  // of the calling thread's network namespace
  // Reads it anew. `own_fd`: a packet socket that is not to be counted, or -1. Where /proc is masked: nobody.
  CaptureSet scan(int own_fd) const;

 private:
  FileDescriptor file_;
};

}  // namespace flowbed::sw
