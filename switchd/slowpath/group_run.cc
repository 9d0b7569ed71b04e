// What groups do with a packet: a part of PipelineRun.

#include <algorithm>

#include "switchd/slowpath/action_run.hh"
#include "switchd/slowpath/bridge_port_names.hh"
#include "switchd/slowpath/pipeline/action_facts.hh"
#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"
#include "switchd/slowpath/pipeline_run.hh"

namespace flowbed::sw {
namespace {

std::string describe_group(const Group& group) {
  return "group " + std::to_string(group.id) + " (" + std::string(group_type_name(group.type)) + ")" +
         (group.buckets.empty() ? " has no buckets: dropped" : "");
}

}  // namespace

PipelineRun::Outcome PipelineRun::run_group(uint32_t id) {
  Group* group = pipeline_.groups.find(id);
  walk_.depend_on(group_tag(*visit_.bridge, id));
  if (!group || origin_.depth >= kMaxDepth || !walk_.count_lookup()) return Outcome::kDone;
  walk_.count(visit_, group->counter);
  walk_.say(visit_, [&] { return describe_group(*group); });
  switch (group->type) {
    case GroupType::kAll:
    case GroupType::kIndirect:
      run_all_buckets(*group);
      break;
    case GroupType::kSelect:
      run_chosen_bucket(*group);
      break;
    case GroupType::kFastFailover:
      run_first_living_bucket(*group);
      break;
  }
  return Outcome::kDone;
}

void PipelineRun::run_all_buckets(const Group& group) {
  for (size_t i = 0; i < group.buckets.size(); i++) run_bucket(group, i);
}

void PipelineRun::run_chosen_bucket(const Group& group) {
  const auto port_is_alive = [this](OfPort port) { return is_alive(port); };
  const Bucket* chosen = choose_bucket(group, connection_hash(), [&](const Bucket& bucket) {
    return pipeline_.groups.is_alive(group, bucket, port_is_alive);
  });
  if (!chosen) return say_none_is_alive(group);
  run_bucket(group, static_cast<size_t>(chosen - group.buckets.data()));
}

void PipelineRun::run_first_living_bucket(const Group& group) {
  const auto port_is_alive = [this](OfPort port) { return is_alive(port); };
  const auto living = std::ranges::find_if(group.buckets, [&](const Bucket& bucket) {
    return pipeline_.groups.is_alive(group, bucket, port_is_alive);
  });
  if (living == group.buckets.end()) return say_none_is_alive(group);
  run_bucket(group, static_cast<size_t>(living - group.buckets.begin()));
}

void PipelineRun::say_none_is_alive(const Group& group) const {
  if (!group.buckets.empty()) walk_.say(visit_, [] { return "no bucket is alive: dropped"; });
}

void PipelineRun::say_bucket(const Group& group, size_t index) const {
  walk_.say(visit_, [&] {
    const std::string text = format_bucket(group.buckets[index], group.type, port_names(*visit_.bridge));
    return "bucket " + std::to_string(index) + " of " + std::to_string(group.buckets.size()) + ": " +
           text.substr(text.find('=') + 1);
  });
}

// On a copy of the packet: what a bucket does to it, the next one does not see.
PipelineRun::Outcome PipelineRun::run_bucket(const Group& group, size_t index) {
  walk_.count(visit_, const_cast<Group&>(group).bucket_counters[index]);
  say_bucket(group, index);
  PacketState copy = state_;
  PipelineRun inner(walk_, visit_, index_, copy);
  inner.origin_ = origin_;
  inner.origin_.depth++;
  inner.origin_.in_group = true;
  // A set, as an action set is: of two outputs the later one (1.3.5, 5.10 and 6.5).
  for (const OfAction& action : group.buckets[index].actions) write_action(action, inner.action_set_);
  visit_.depth++;
  inner.end(Outcome::kDone);
  visit_.depth--;
  return Outcome::kDone;
}

// The same for all packets of a connection, in both directions of it.
uint64_t PipelineRun::connection_hash() {
  const FlowKey& packet = state_.packet();
  for (const char* name : {"eth_src", "eth_dst", "eth_type"}) walk_.look_at(state_, field_named(name));
  uint64_t ends[2] = {0, 0}, rest = packet.f.eth_type;
  const auto add = [&](const void* source, const void* destination, size_t size) {
    for (int end = 0; end < 2; end++) {
      uint64_t words[2] = {0, 0};
      memcpy(words, end == 0 ? source : destination, size);
      ends[end] = mix(mix(ends[end], words[0]), words[1]);
    }
  };
  add(packet.f.eth_src, packet.f.eth_dst, 6);
  const bool v4 = flow_key_is(&packet, FLOW_ETH_TYPE_IPV4), v6 = flow_key_is(&packet, FLOW_ETH_TYPE_IPV6);
  if (v4) add(&packet.f.ipv4.src, &packet.f.ipv4.dst, 4);
  if (v6) add(packet.f.ipv6.src, packet.f.ipv6.dst, 16);
  if (v4 || v6) {
    for (const char* name : {v4 ? "nw_src" : "ipv6_src", v4 ? "nw_dst" : "ipv6_dst", "nw_proto"})
      walk_.look_at(state_, field_named(name));
    rest = mix(rest, packet.f.ip_proto);
    constexpr uint8_t kWithPorts[] = {6, 17, 132};
    if (std::ranges::find(kWithPorts, packet.f.ip_proto) != std::end(kWithPorts)) {
      walk_.look_at(state_, field_named("tcp_src"));
      walk_.look_at(state_, field_named("tcp_dst"));
      add(&packet.f.tp_src, &packet.f.tp_dst, 2);
    }
  }
  return mix(ends[0] + ends[1], rest);
}

}  // namespace flowbed::sw
