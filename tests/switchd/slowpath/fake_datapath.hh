// A Datapath that only writes down what it was told.
#pragma once

#include <map>
#include <vector>

#include "switchd/datapath/datapath.hh"

namespace flowbed::sw {

class FakeDatapath : public Datapath {
 public:
  std::string_view kind() const override { return "fake"; }
  void set_upcall_handler(UpcallHandler handler) override { upcall = std::move(handler); }
  void set_punt_handler(PuntHandler handler) override { punt = std::move(handler); }
  void set_meter_handler(MeterHandler handler) override { meter = std::move(handler); }
  void set_sample_handler(SampleHandler handler) override { sample = std::move(handler); }
  void put_port(PortNo port, const PortSpec& spec) override { ports.insert_or_assign(port, spec); }
  void remove_port(PortNo port) override { ports.erase(port); }
  PortStatistics port_statistics(PortNo) const override { return {}; }
  void put_flow(const FlowSpec& flow, TimePoint now) override {
    flows.insert_or_assign(flow.id, Cached{flow, {.packets = 0, .bytes = 0, .used = now}});
  }
  void remove_flows(std::span<const FlowId> ids, const FlowCountVisitor& last_count) override {
    for (const FlowId id : ids) {
      last_count(id, flows.at(id).statistics);
      flows.erase(id);
    }
  }
  void flush_flows(const FlowVisitor& last_look) override {
    dump_flows(last_look);
    flows.clear();
  }
  void dump_flows(const FlowVisitor& visit) const override {
    for (const auto& [id, f] : flows)
      visit({id, f.spec.key, f.spec.mask, *f.spec.actions, f.statistics, 0, 0});
  }
  FlowStatistics flow_statistics(FlowId id) const override {
    const auto flow = flows.find(id);
    return flow == flows.end() ? FlowStatistics{} : flow->second.statistics;
  }
  void execute(const Packet&, const ActionList& actions, const Context&) override {
    executed.push_back(actions);
  }
  void send(PortNo port, std::span<const uint8_t> frame) override {
    sent.emplace_back(port, std::vector<uint8_t>(frame.begin(), frame.end()));
  }
  CacheAnswer probe(const FlowKey&) const override { return CacheAnswer::kSlowPath; }
  uint64_t lost_packets() override { return 0; }

  struct Cached {
    FlowSpec spec;
    FlowStatistics statistics;
  };
  UpcallHandler upcall;
  PuntHandler punt;
  MeterHandler meter;
  SampleHandler sample;
  std::map<PortNo, PortSpec> ports;
  std::map<FlowId, Cached> flows;
  std::vector<ActionList> executed;
  std::vector<std::pair<PortNo, std::vector<uint8_t>>> sent;
};

}  // namespace flowbed::sw
