// TxBatch: packets on their way out, sent by few system calls.
//
// Each waits as a message for sendmmsg that points into the receive ring: the virtio-net header, then the
// bytes; the kernel makes the one copy. A VLAN tag is written into a head of the message's own, 16 bytes
// long, and the rest still comes from the ring. The address of each message names the interface, so one
// socket serves all ports.
#pragma once

#include <array>

#include <linux/if_packet.h>
#include <sys/socket.h>

#include "switchd/flow/numbers.hh"
#include "switchd/packet/counters.hh"
#include "switchd/packet/packet.hh"

namespace flowbed::sw {

class TxBatch {
 public:
  static constexpr size_t kMaxMessages = 64;  // more gain nothing: the system call's cost is spread already

  TxBatch();

  // Sends when full; `fd` is the packet socket. What the kernel does not take at once is dropped and counted.
  // The packet's bytes go on in `rest`, if that is not empty.
  void add(int fd, IfIndex to, const Packet& packet, Counters& tx, std::span<const uint8_t> rest = {});
  void flush(int fd);

 private:
  static constexpr size_t kMacsSize = 12;

  struct Slot {
    OffloadHeader offload;
    uint8_t tagged_head[kMacsSize + kVlanTagSize];
    iovec parts[4];
    sockaddr_ll address;
    Counters* tx;
    WireSize wire;
  };

  void point_at(Slot& slot, msghdr& message, const Packet& packet, std::span<const uint8_t> rest);
  static std::span<const uint8_t> tag(Slot& slot, const Packet& packet);
  void settle(size_t from, size_t to);

  std::array<Slot, kMaxMessages> slots_{};
  std::array<mmsghdr, kMaxMessages> messages_{};
  size_t count_ = 0;
};

}  // namespace flowbed::sw
