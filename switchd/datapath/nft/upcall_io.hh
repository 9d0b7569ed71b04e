// UpcallIo: the descriptors of the nft datapath: packets that the kernel has no answer for come in by a few
// sockets at the upcall pair, and packets that user space sends leave by one more.
//
// A packet's mark names the interface by which it came. Each socket takes the packets of every so manieth
// interface, and all are read in turn, so that a port that floods fills the queue of its own socket and the
// others' packets pass it.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "core/base/event_loop.hh"
#include "switchd/datapath/nft/upcall_pair.hh"
#include "switchd/datapath/userspace/packet_output.hh"
#include "switchd/datapath/userspace/tx_batch.hh"
#include "switchd/datapath/userspace/userspace_datapath.hh"

namespace flowbed::sw {

class UpcallIo : public PacketOutput {
 public:
  static constexpr uint32_t kSocketBits = 2, kSockets = 1 << kSocketBits;
  using Receiver = std::function<void(std::span<ReceivedPacket> burst, TimePoint now)>;

  UpcallIo(EventLoop& loop, const UpcallPair& pair);  // throws SystemError
  ~UpcallIo() override;

  void deliver_to(Receiver receiver) { receiver_ = std::move(receiver); }

  void attach(IfIndex) override {}
  void send(IfIndex to, const Packet& packet, Counters& tx) override {
    batch_.add(sender_.get(), to, packet, tx);
  }
  void flush() override { batch_.flush(sender_.get()); }
  uint64_t lost_packets() override;

 private:
  struct Memory;

  void receive();
  size_t receive(int fd);

  std::array<FileDescriptor, kSockets> sockets_;
  FileDescriptor sender_;
  TxBatch batch_;
  std::unique_ptr<Memory> memory_;
  Receiver receiver_;
  uint32_t next_ = 0;  // whose turn it is
  uint64_t lost_ = 0;
  std::array<EventLoop::Registration, kSockets> watches_;
};

}  // namespace flowbed::sw
