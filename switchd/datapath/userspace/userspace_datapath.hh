// UserspaceDatapath: forwards packets in this process. The reference for correctness, and the fallback
// everywhere.
//
// It is pure: whoever has received packets hands them over with the time, and packets that leave go to a
// PacketOutput. Receiving works on bursts. All keys of a burst are extracted and their cache sets prefetched
// before the first is looked up, so that the memory accesses of many packets overlap. Nothing here throws or
// allocates for a packet that hits a cache.
#pragma once

#include <span>

#include "switchd/datapath/userspace/flow_cache.hh"
#include "switchd/datapath/userspace/packet_output.hh"
#include "switchd/datapath/userspace/port_table.hh"

namespace flowbed::sw {

struct ReceivedPacket {
  IfIndex from;
  Packet packet;  // `wire` is filled in by the datapath
};

class UserspaceDatapath : public Datapath {
 public:
  static constexpr size_t kMaxBurst = 32;

  explicit UserspaceDatapath(PacketOutput& output) : output_(output) {}

  // At most kMaxBurst packets. Their bytes must stay valid until it returns; by then all output is flushed.
  void receive(std::span<ReceivedPacket> burst, TimePoint now);

  std::string_view kind() const override { return "userspace"; }
  void set_upcall_handler(UpcallHandler handler) override { upcall_ = std::move(handler); }
  void put_port(PortNo port, const PortSpec& spec) override;
  void remove_port(PortNo port) override { ports_.remove(port); }
  PortStatistics port_statistics(PortNo port) const override;
  void put_flow(const FlowSpec& flow, TimePoint now) override { cache_.put(flow, now); }
  FlowStatistics remove_flow(FlowId id) override { return cache_.remove(id); }
  void flush_flows() override { cache_.clear(); }
  void dump_flows(const FlowVisitor& visit) const override { cache_.visit(visit); }
  void execute(const Packet& packet, const ActionList& actions) override;
  void send(PortNo port, std::span<const uint8_t> frame) override;
  CacheAnswer probe(const FlowKey& key) const override { return cache_.probe(key); }
  uint64_t lost_packets() override { return output_.lost_packets(); }

 private:
  struct Pending {
    FlowKey key;
    uint64_t hash;
    DatapathPort* port;  // null: none of ours, or the packet is too large
  };

  void prepare(ReceivedPacket& received, Pending& pending);
  void forward(const Packet& packet, const Pending& pending, TimePoint now);
  void output(const Packet& packet, PortNo to);

  PacketOutput& output_;
  PortTable ports_;
  FlowCache cache_;
  UpcallHandler upcall_;
  Pending pending_[kMaxBurst];
};

}  // namespace flowbed::sw
