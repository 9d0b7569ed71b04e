// UpcallIo: the descriptors of the nft datapath: packets that the kernel has no answer for come in by a few
// sockets at the upcall pair, and packets that user space sends leave by one more.
//
// A packet's mark names the interface by which it came. Each socket takes the packets of every so manieth
// interface, and all are read in turn, so that a port that floods fills the queue of its own socket and the
// others' packets pass it. A turn is about as many packets as can be handled in kTurn: of known flows many,
// of new ones few.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "core/base/event_loop.hh"
#include "switchd/datapath/nft/upcall_pair.hh"
#include "switchd/datapath/userspace/packet_output.hh"
#include "switchd/packet_io/tx_batch.hh"
#include "switchd/datapath/userspace/userspace_datapath.hh"

namespace flowbed::sw {

class UpcallIo : public PacketOutput {
 public:
  static constexpr uint32_t kSockets = 8;  // a power of two
  static constexpr Duration kTurn = std::chrono::microseconds(150);
  // All sockets together, before anything else has a turn.
  static constexpr Duration kLongestService = std::chrono::milliseconds(20);
  using Receiver = std::function<void(std::span<ReceivedPacket> burst, TimePoint now)>;

  UpcallIo(EventLoop& loop, const UpcallPair& pair);  // throws SystemError
  ~UpcallIo() override;

  int sender() const { return sender_.get(); }
  void deliver_to(Receiver receiver) { receiver_ = std::move(receiver); }

  void attach(IfIndex) override {}
  void send(IfIndex to, const Packet& packet, Counters& tx) override {
    batch_.add(sender_.get(), to, packet, tx);
  }
  void flush() override { batch_.flush(sender_.get()); }
  uint64_t lost_packets() override;

 private:
  struct Memory;

  struct Share {
    FileDescriptor socket;
    EventLoop::Registration watch;
    size_t burst = UserspaceDatapath::kMaxBurst;
  };

  void serve(Share& first);
  bool receive(Share& share);

  std::array<Share, kSockets> shares_;
  FileDescriptor sender_;
  TxBatch batch_;
  std::unique_ptr<Memory> memory_;
  Receiver receiver_;
  uint64_t lost_ = 0;
  TimePoint serve_until_{}, served_until_{};
};

}  // namespace flowbed::sw
