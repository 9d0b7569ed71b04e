// PacketIo: the outermost shell of the userspace datapath: the socket, the event loop and the clock.
//
// Nothing is opened before the first port: the ring's memory takes a few milliseconds to make, and a switchd without
// ports answers before that.
#pragma once

#include <memory>

#include "core/base/event_loop.hh"
#include "switchd/datapath/userspace/rx_ring.hh"
#include "switchd/datapath/userspace/tx_batch.hh"

namespace flowbed::sw {

class PacketIo : public PacketOutput {
 public:
  explicit PacketIo(EventLoop& loop) : loop_(loop) {}

  void deliver_to(UserspaceDatapath& datapath) { datapath_ = &datapath; }
  int fd() const { return ring_ ? ring_->fd() : -1; }

  void attach(IfIndex index) override;
  void send(IfIndex to, const Packet& packet, Counters& tx) override { batch_.add(ring_->fd(), to, packet, tx); }
  void flush() override {
    if (ring_) batch_.flush(ring_->fd());
  }
  uint64_t lost_packets() override { return ring_ ? ring_->lost_packets() : 0; }

 private:
  void receive();

  EventLoop& loop_;
  UserspaceDatapath* datapath_ = nullptr;
  std::unique_ptr<RxRing> ring_;
  TxBatch batch_;
  ReceivedPacket burst_[UserspaceDatapath::kMaxBurst];
  EventLoop::Registration watch_;
};

}  // namespace flowbed::sw
