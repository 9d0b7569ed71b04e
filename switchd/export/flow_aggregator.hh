// FlowAggregator: adds up what is observed of each flow, until it is time to tell.
//
// A flow is told when nothing has come for the idle timeout, which ends it, and while it goes on after each
// active timeout, with what has come since it was told last. Pure: time comes with every call.
//
// What is observed comes from the statistics of cached flows, about once a second. So of a flow that goes on
// after it was told, the first packet's time is known no better than that of the packet before it.
#pragma once

#include <unordered_map>
#include <vector>

#include "switchd/export/export_config.hh"
#include "switchd/export/flow_record.hh"

namespace flowbed::sw {

class FlowAggregator {
 public:
  // More, and all are told at once, to make room. Those that wait to be told are about as many at most.
  static constexpr size_t kMaxFlows = 65536;

  explicit FlowAggregator(FlowTimeouts timeouts) : timeouts_(timeouts) {}

  // `bytes` are of whole frames, where the packets came into the network.
  void observe(const Observation& observation, uint64_t packets, uint64_t bytes, TimePoint last);
  std::vector<FlowRecord> expire(TimePoint now);  // what is due
  std::vector<FlowRecord> flush(FlowEnd reason = FlowEnd::kForced);
  size_t size() const { return flows_.size(); }
  uint64_t lost() const { return lost_; }  // records that nobody could be told

 private:
  struct Entry {
    FlowRecord record;
    TimePoint told{};  // last; or when the flow began
  };
  struct Hash {
    size_t operator()(const FlowIdentity& identity) const {
      return mix(hash_of(identity.key), uint64_t{identity.vlan} << 32 | to_number(identity.in));
    }
  };

  void make_room();
  bool is_idle(const Entry& entry, TimePoint now) const { return now - entry.record.last >= timeouts_.idle; }
  bool is_active(const Entry& entry, TimePoint now) const { return now - entry.told >= timeouts_.active; }

  const FlowTimeouts timeouts_;
  std::unordered_map<FlowIdentity, Entry, Hash> flows_;
  std::vector<FlowRecord> due_;
  uint64_t lost_ = 0;
};

}  // namespace flowbed::sw
