// UserspaceDatapath: forwards packets in this process. The reference for correctness, and the fallback
// everywhere.
//
// It is pure: whoever has received packets hands them over with the time, and packets that leave go to a
// PacketOutput. Receiving works on bursts. All keys of a burst are extracted and their cache sets prefetched
// before the first is looked up, so that the memory accesses of many packets overlap. Nothing here throws or
// allocates for a packet that hits a cache; nor is one copied that is only put out, or given a tag or
// relieved of one. What else changes a packet works on a copy in `edits_`, which lives until the output's
// flush.
#pragma once

#include <span>

#include "switchd/datapath/userspace/flow_cache.hh"
#include "switchd/datapath/userspace/packet_output.hh"
#include "switchd/packet_io/rx_ring.hh"
#include "switchd/datapath/userspace/port_table.hh"
#include "switchd/packet/packet_editor.hh"

namespace flowbed::sw {

class UserspaceDatapath : public Datapath {
 public:
  static constexpr size_t kMaxBurst = 32;

  // Of recirculations, punts and clones; beyond, packets are dropped. Each meter on the way takes one.
  static constexpr unsigned kMaxNesting = 64;
  // Of one packet and all its copies: where each copy makes two more, nesting alone is no bound.
  static constexpr unsigned kMaxRecirculations = 256;

  explicit UserspaceDatapath(PacketOutput& output) : output_(output), edits_([&output] { output.flush(); }) {}

  // At most kMaxBurst packets. Their bytes must stay valid until it returns; by then all output is flushed.
  void receive(std::span<ReceivedPacket> burst, TimePoint now);

  std::string_view kind() const override { return "userspace"; }
  void set_upcall_handler(UpcallHandler handler) override { upcall_ = std::move(handler); }
  void set_punt_handler(PuntHandler handler) override { punt_ = std::move(handler); }
  void set_meter_handler(MeterHandler handler) override { meter_ = std::move(handler); }
  void set_sample_handler(SampleHandler handler) override { sample_ = std::move(handler); }
  void put_port(PortNo port, const PortSpec& spec) override;
  void remove_port(PortNo port) override { ports_.remove(port); }
  PortStatistics port_statistics(PortNo port) const override;
  void put_flow(const FlowSpec& flow, TimePoint now) override { cache_.put(flow, now); }
  void remove_flows(std::span<const FlowId> ids, const FlowCountVisitor& last_count) override {
    for (const FlowId id : ids) last_count(id, cache_.remove(id));
  }
  void flush_flows(const FlowVisitor& last_look) override {
    cache_.visit(last_look);
    cache_.clear();
  }
  void dump_flows(const FlowVisitor& visit) const override { cache_.visit(visit); }
  FlowStatistics flow_statistics(FlowId id) const override { return cache_.statistics(id); }
  void execute(const Packet& packet, const ActionList& actions, const Context& context) override;
  void send(PortNo port, std::span<const uint8_t> frame) override;
  void set_caching(const DatapathCaching& caching) override { cache_.set_exact_match(caching.exact_match); }
  MaskSearch mask_search() const override { return cache_.mask_search(); }
  CacheAnswer probe(const FlowKey& key) const override { return cache_.probe(key); }
  std::optional<FlowId> find_flow(const FlowKey& key) const { return cache_.find_flow(key); }
  uint64_t lost_packets() override { return output_.lost_packets(); }

 private:
  struct Pending {
    FlowKey key;
    uint64_t hash;
    DatapathPort* port;  // null: none of ours, or the packet is too large
  };

  void prepare(ReceivedPacket& received, Pending& pending);
  void forward(const Packet& packet, const Pending& pending, TimePoint now);
  // `packet` is spent afterwards.
  void run(PacketEditor& packet, std::span<const Action> actions, const Context& context);
  void run_nested(PacketEditor packet, std::span<const Action> actions, const Context& context);
  void run_on_segments(PacketEditor& packet, std::span<const Action> actions, const Context& context);
  bool passes_meter(PacketEditor& packet, uint32_t id, const Context& context);
  void recirculate(PacketEditor packet, uint16_t id, const Context& context);
  void punt(PacketEditor& packet, uint32_t id, const Context& context);
  void run_flow(PacketEditor& packet, Flow& flow, const Context& context);
  bool run_one(PacketEditor& packet, const Action& action, const Context& context);
  void drop(const Packet& packet, const Context& context);
  void output(const Packet& packet, PortNo to);

  PacketOutput& output_;
  PortTable ports_;
  FlowCache cache_;
  EditMemory edits_;
  UpcallHandler upcall_;
  PuntHandler punt_;
  MeterHandler meter_;
  SampleHandler sample_;
  bool receiving_ = false;
  unsigned nesting_ = 0;
  unsigned recirculations_ = 0;  // of the packet that came last
  Pending pending_[kMaxBurst];
};

}  // namespace flowbed::sw
