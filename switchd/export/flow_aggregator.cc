#include "switchd/export/flow_aggregator.hh"

#include <algorithm>

#include <arpa/inet.h>

namespace flowbed::sw {
namespace {

FlowIdentity identity_of(const Observation& observation) {
  FlowIdentity identity{observation.key, observation.vlan.vid(), observation.in, observation.in_index};
  identity.key.f.tcp_flags = 0;
  return identity;
}

size_t link_header_size(const Observation& observation) {
  return kEthernetHeaderSize + (observation.vlan.present() ? kVlanTagSize : 0) +
         (observation.has_more_tags ? kVlanTagSize : 0);
}

}  // namespace

void FlowAggregator::observe(const Observation& observation, uint64_t packets, uint64_t bytes,
                             TimePoint last) {
  if (flows_.size() == kMaxFlows) make_room();
  const auto [entry, is_new] = flows_.try_emplace(identity_of(observation));
  FlowRecord& record = entry->second.record;
  if (is_new) {
    record.identity = entry->first;
    entry->second.told = last;
  }
  if (is_new || (record.packets == 0 && packets == 1)) record.first = last;
  const uint64_t frames = bytes + packets * static_cast<uint64_t>(int64_t{observation.extra_bytes});
  record.packets += packets;
  record.frame_octets += frames;
  record.octets += frames - packets * link_header_size(observation);
  record.tcp_flags |= ntohs(observation.key.f.tcp_flags);
  record.leaving = observation.leaving;
  record.last = std::max(record.last, last);
}

void FlowAggregator::make_room() {
  std::vector<FlowRecord> waiting = std::exchange(due_, {});
  due_ = flush(FlowEnd::kNoRoom);
  if (waiting.size() < kMaxFlows) {
    due_.insert(due_.begin(), waiting.begin(), waiting.end());
  } else {
    lost_ += waiting.size();  // nobody has been told for long
  }
}

std::vector<FlowRecord> FlowAggregator::expire(TimePoint now) {
  std::vector<FlowRecord> due = std::exchange(due_, {});
  const auto tell = [&](FlowRecord& record, FlowEnd reason) {
    if (record.packets == 0) return;
    record.end = reason;
    due.push_back(record);
  };
  for (auto flow = flows_.begin(); flow != flows_.end();) {
    auto& [record, told] = flow->second;
    if (is_idle(flow->second, now)) {
      tell(record, FlowEnd::kIdle);
      flow = flows_.erase(flow);
      continue;
    }
    if (is_active(flow->second, now)) {
      tell(record, FlowEnd::kActive);
      told = now;
      record.packets = record.frame_octets = record.octets = 0;
      record.tcp_flags = 0;
      record.first = record.last;
    }
    ++flow;
  }
  return due;
}

std::vector<FlowRecord> FlowAggregator::flush(FlowEnd reason) {
  std::vector<FlowRecord> all = std::exchange(due_, {});
  for (auto& [identity, entry] : flows_) {
    if (entry.record.packets == 0) continue;
    entry.record.end = reason;
    all.push_back(entry.record);
  }
  flows_.clear();
  return all;
}

}  // namespace flowbed::sw
