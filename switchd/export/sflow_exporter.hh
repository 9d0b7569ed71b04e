// SflowExporter: a bridge's samples and counters, on their way to collectors of sFlow.
//
// Samples wait for others to share a datagram with, but at most until the next tick, within a second. The
// agent's address is the one that datagrams are sent from; as all switches of a network share it, the low
// half of a switch's dpid tells them apart, as the sub-agent.
#pragma once

#include <unordered_map>

#include "switchd/export/collector.hh"
#include "switchd/export/sflow_datagram.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

class SflowExporter {
 public:
  SflowExporter(EventLoop& loop, DatagramSource& sockets, const SflowConfig& config, uint64_t dpid,
                TimePoint now);

  void sample(const PacketSample& sample);
  void tick(const SlowPath& slow_path, const Bridge& bridge, TimePoint now);  // with statistics settled
  void flush(TimePoint now);

  const SflowConfig& config() const { return config_; }
  const CollectorGroup& collectors() const { return collectors_; }
  uint64_t packet_samples() const { return packet_samples_; }
  uint64_t counter_samples() const { return counter_samples_; }

 private:
  // Of what is told of one interface.
  struct Source {
    uint32_t packet_samples = 0, counter_samples = 0;
  };

  void add_counters(const SlowPath& slow_path, const BridgePort& port);

  const SflowConfig config_;
  const uint32_t sub_agent_;
  const TimePoint started_;
  CollectorGroup collectors_;
  SflowDatagram datagram_;
  std::unordered_map<uint32_t, Source> sources_;  // by ifIndex
  TimePoint next_poll_;
  uint32_t sequence_ = 0;
  uint64_t packet_samples_ = 0, counter_samples_ = 0;
};

}  // namespace flowbed::sw
