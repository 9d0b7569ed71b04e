// NftDatapath: the kernel forwards, without root, and user space does what the kernel cannot.
//
// A userspace datapath with the kernel's flows before it. Each megaflow is cached in both where nftables can
// express it, else in user space alone, which handles every packet that the kernel has no answer for: the
// first one of a flow, and all of those flows that stay in user space. Most of the latter have an element in
// the kernel as well, which says no more than that.
//
// Statistics are the sum of both.
#pragma once

#include <memory>
#include <unordered_map>

#include "switchd/datapath/nft/nft_flows.hh"
#include "switchd/datapath/nft/nft_hooks.hh"
#include "switchd/datapath/nft/wire_estimate.hh"
#include "switchd/datapath/userspace/userspace_datapath.hh"

namespace flowbed::sw {

class NftDatapath : public Datapath {
 public:
  // `socket`: the table's. `output` sends, and `receive` is called with what came to the interface `upcall`
  // leads to. `changes_tags`: nftables can. Throws SystemError where the kernel cannot do it.
  NftDatapath(NftSocket& socket, PacketOutput& output, IfIndex upcall, const std::string& upcall_name,
              bool changes_tags);

  void receive(std::span<ReceivedPacket> burst, TimePoint now);

  bool changes_tags() const { return changes_tags_; }

  std::string_view kind() const override { return "nft"; }
  void set_upcall_handler(UpcallHandler handler) override {
    userspace_.set_upcall_handler(std::move(handler));
  }
  void set_punt_handler(PuntHandler handler) override { userspace_.set_punt_handler(std::move(handler)); }
  void set_meter_handler(MeterHandler handler) override { userspace_.set_meter_handler(std::move(handler)); }
  void set_sample_handler(SampleHandler handler) override {
    userspace_.set_sample_handler(std::move(handler));
  }
  void set_flow_fault_handler(FlowFaultHandler handler) override { flow_fault_ = std::move(handler); }
  void put_port(PortNo port, const PortSpec& spec) override;
  void remove_port(PortNo port) override;
  void start_ports() override;
  PortStatistics port_statistics(PortNo port) const override;
  void put_flow(const FlowSpec& flow, TimePoint now) override;
  void remove_flows(std::span<const FlowId> ids, const FlowCountVisitor& last_count) override;
  void flush_flows(const FlowVisitor& last_look) override;
  void dump_flows(const FlowVisitor& visit) const override;
  void refresh_statistics() override;
  bool refresh_some() override;
  FlowStatistics flow_statistics(FlowId id) const override;
  void execute(const Packet& packet, const ActionList& actions, const Context& context) override;
  void send(PortNo port, std::span<const uint8_t> frame) override { userspace_.send(port, frame); }
  void set_caching(const DatapathCaching& caching) override;
  MaskSearch mask_search() const override;
  CacheAnswer probe(const FlowKey& key) const override;
  uint64_t lost_packets() override { return userspace_.lost_packets(); }

 private:
  // What the kernel does for a flow, and has done.
  struct KernelFlow {
    bool is_forwarded = false;  // now; else user space counts its packets
    PortNo in{};
    std::vector<PortNo> outputs;
    FlowHeaders headers;
    KernelCount counted;  // by the element that there is, so far
    FlowStatistics statistics;
  };
  struct Port {
    PortSpec spec;
    Counters rx, tx;  // rx.dropped: misses beyond the port's share
  };

  bool fits(const ActionProgram& program, PortNo in) const;
  void offer(FlowId id, const FlowKey& key, const FlowMask& mask, const ActionList& actions, TimePoint now);
  void offer_all(TimePoint now);
  void commit();
  void commit_now();
  void leave_to_user(FlowId id, int fault);
  bool is_forwarded(FlowId id) const;
  void take(FlowId id, const KernelCount& count, TimePoint now);
  void take_drops();
  FlowStatistics with_kernel(FlowId id, const FlowStatistics& userspace) const;
  void forget_flows();

  const bool changes_tags_;
  std::unordered_map<PortNo, Port> ports_;
  NftMisses misses_;
  NftFlows kernel_;
  NftHooks hooks_;
  UserspaceDatapath userspace_;
  std::unordered_map<FlowId, KernelFlow> flows_;  // that the kernel forwards, or once has
  FlowFaultHandler flow_fault_;
  bool busy_ = false;  // more flows may come before anyone waits
};

}  // namespace flowbed::sw
