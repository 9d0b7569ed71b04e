// PacketIo: the outermost shell of the userspace datapath: the socket, the event loop and the clock.
//
// The ring is made when there is nothing else to do, or at the latest for the first port; frames come in from
// the first port on.
//
// The ring is drained before the loop sleeps. Polling on for a while after that was tried: 25 µs of it gained
// neither latency nor throughput that could be measured, and took the processor from the hosts.
#pragma once

#include <memory>

#include "core/base/event_loop.hh"
#include "switchd/datapath/userspace/rx_ring.hh"
#include "switchd/datapath/userspace/tx_batch.hh"

namespace flowbed::sw {

class PacketIo : public PacketOutput {
 public:
  explicit PacketIo(EventLoop& loop) : loop_(loop) {}

  void prepare();  // makes the ring early; if that fails, the first port tells
  void deliver_to(UserspaceDatapath& datapath) { datapath_ = &datapath; }
  int fd() const { return ring_ ? ring_->fd() : -1; }

  void attach(IfIndex index) override;
  void send(IfIndex to, const Packet& packet, Counters& tx) override {
    batch_.add(ring_->fd(), to, packet, tx);
  }
  void flush() override {
    if (ring_) batch_.flush(ring_->fd());
  }
  uint64_t lost_packets() override { return ring_ ? ring_->lost_packets() : 0; }

 private:
  void open();
  void receive();

  EventLoop& loop_;
  UserspaceDatapath* datapath_ = nullptr;
  std::unique_ptr<RxRing> ring_;
  TxBatch batch_;
  ReceivedPacket burst_[UserspaceDatapath::kMaxBurst];
  EventLoop::Registration watch_;
};

}  // namespace flowbed::sw
