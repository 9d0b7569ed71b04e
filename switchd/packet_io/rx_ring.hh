// RxRing: the one AF_PACKET socket that receives for every port, and the memory that it shares with the
// kernel.
//
// One socket for all, not one a port: closing an AF_PACKET socket waits for an RCU grace period, 12–24 ms
// each, and a thousand of them would make teardown take half a minute. So it is bound to no interface and
// takes everything that comes in anywhere in its namespace; each frame says by which interface it came.
//
// The frames lie in a ring (TPACKET_V2) that is mapped into this process: no system call to receive, one
// copy. A place is large enough for the largest super-packet, because a TCP stream of 64 KB pieces is how 15
// Gbit/s pass through a single thread, and a piece that does not fit is lost. Version 3 packs frames tighter,
// but hands them over by a timer: a ping would wait for it. Ring memory is not charged to the socket's
// receive buffer, which an ordinary user in a user namespace cannot raise.
//
// Making the ring takes ten milliseconds, most of it the kernel's clearing of the memory; `start` is quick.
// So the ring can be made while the engine still builds the network.
//
// A frame belongs to the reader from `next` until `release`; the kernel never waits: without a free place it
// drops, and `lost_packets` counts.
#pragma once

#include <chrono>
#include <optional>
#include <span>

#include <sys/mman.h>

#include "core/base/fd.hh"
#include "switchd/flow/numbers.hh"
#include "switchd/packet/packet.hh"

namespace flowbed::sw {

struct ReceivedPacket {
  IfIndex from;
  Packet packet;                       // without `wire`
  std::chrono::nanoseconds came = {};  // since 1970, as the kernel's clock had it
};

class RxRing {
 public:
  RxRing();      // throws SystemError
  void start();  // from now on, frames come in; throws SystemError
  ~RxRing();
  RxRing(const RxRing&) = delete;
  RxRing& operator=(const RxRing&) = delete;

  int fd() const { return socket_.get(); }
  bool has_frame() const;  // looks at memory only
  // Fills `burst` with what has come, in order; returns how many. Frames that no port could have sent are
  // skipped.
  size_t take(std::span<ReceivedPacket> burst);
  void release();  // gives the kernel back all that was taken
  uint64_t lost_packets();

 private:
  uint8_t* place(size_t index) const;

  FileDescriptor socket_;
  uint8_t* memory_ = nullptr;
  size_t next_ = 0;      // the place to look at
  size_t returned_ = 0;  // the first place that is not given back yet; == next_: all are
  uint64_t lost_ = 0;    // read from the kernel so far, which forgets what it has told; and truncated frames
};

}  // namespace flowbed::sw
