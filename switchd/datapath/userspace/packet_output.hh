// PacketOutput: where the userspace datapath's packets leave. The real one sends them; a test's one writes
// them down.
#pragma once

#include "switchd/datapath/datapath.hh"

namespace flowbed::sw {

class PacketOutput {
 public:
  virtual ~PacketOutput() = default;

  virtual void attach(IfIndex index) = 0;  // packets of this interface are wanted from now on; throws Error
  // Sends now or at the next flush; until then the packet's bytes and `tx` stay valid. Counts it in `tx` when
  // it is known whether the kernel took it.
  virtual void send(IfIndex to, const Packet& packet, Counters& tx) = 0;
  virtual void flush() = 0;
  virtual uint64_t lost_packets() = 0;
};

}  // namespace flowbed::sw
