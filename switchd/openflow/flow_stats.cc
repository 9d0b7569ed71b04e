// Questions about rules, and what is told of them.
#include <algorithm>

#include "switchd/openflow/message_codec.hh"

namespace flowbed::sw::ofp {
namespace {

using std::chrono::seconds;

// Nicira's ages: seconds plus one, 0 being unknown.
uint16_t nicira_age(std::chrono::nanoseconds age) {
  const auto whole = std::chrono::floor<seconds>(age).count();
  return static_cast<uint16_t>(std::clamp<int64_t>(whole + 1, 1, UINT16_MAX));
}

// How a rule's description begins in all forms, up to the hard timeout, but for the length.
void write_times(const FlowStats& rule, WireWriter& writer) {
  write_age(rule.age, writer);
  writer.u16(rule.priority);
  writer.u16(rule.idle_timeout);
  writer.u16(rule.hard_timeout);
}

void write_counts(const FlowStats& rule, WireWriter& writer) {
  writer.u64(rule.cookie);
  writer.u64(rule.packets);
  writer.u64(rule.bytes);
}

void write_rule_v10(const FlowStats& rule, WireWriter& writer) {
  write_match(rule.match, OfVersion::k10, writer);
  write_times(rule, writer);
  writer.zeros(6);
  write_counts(rule, writer);
  write_actions(rule.instructions.apply, OfVersion::k10, writer);
}

void write_rule_v13(const FlowStats& rule, OfVersion version, WireWriter& writer) {
  write_times(rule, writer);
  writer.u16(rule.flags);
  writer.u16(version == OfVersion::k14 ? rule.importance : 0);
  writer.zeros(2);
  write_counts(rule, writer);
  write_match(rule.match, version, writer);
  write_instructions(rule.instructions, version, writer);
}

void write_rule_nicira(const FlowStats& rule, WireWriter& writer) {
  write_times(rule, writer);
  const size_t size_at = writer.size();
  writer.u16(0);
  writer.u16(nicira_age(rule.idle));
  writer.u16(nicira_age(rule.age));
  write_counts(rule, writer);
  writer.put_u16(size_at, write_nicira_match(rule.match, {}, writer));
  write_actions(rule.instructions.apply, OfVersion::k10, writer);
}

void write_rule(const FlowStats& rule, bool nicira, OfVersion version, WireWriter& writer) {
  writer.u16(0);
  writer.u8(rule.table);
  writer.u8(0);
  if (nicira)
    write_rule_nicira(rule, writer);
  else if (version == OfVersion::k10)
    write_rule_v10(rule, writer);
  else
    write_rule_v13(rule, version, writer);
  close_length(writer, 0, 0);
}

void write_filter_v10(const FlowFilter& filter, WireWriter& writer) {
  write_match(filter.match, OfVersion::k10, writer);
  writer.u8(filter.table);
  writer.u8(0);
  write_port(filter.out_port, OfVersion::k10, writer);
}

void write_filter_v13(const FlowFilter& filter, OfVersion version, WireWriter& writer) {
  writer.u8(filter.table);
  writer.zeros(3);
  write_port(filter.out_port, version, writer);
  writer.u32(filter.out_group);
  writer.zeros(4);
  writer.u64(filter.cookie);
  writer.u64(filter.cookie_mask);
  write_match(filter.match, version, writer);
}

void write_filter_nicira(const FlowFilter& filter, WireWriter& writer) {
  write_port(filter.out_port, OfVersion::k10, writer);
  const size_t size_at = writer.size();
  writer.u16(0);
  writer.u8(filter.table);
  writer.zeros(3);
  writer.put_u16(size_at, write_nicira_match(filter.match, {filter.cookie, filter.cookie_mask}, writer));
}

Bytes write_request(Multipart type, NiciraStats nicira_type, const FlowFilter& filter, bool nicira,
                    Frame frame) {
  WireWriter writer = nicira ? begin_nicira_stats(MessageType::kMultipartRequest, nicira_type, frame)
                             : begin_multipart(MessageType::kMultipartRequest, type, frame);
  if (nicira)
    write_filter_nicira(filter, writer);
  else if (frame.is(OfVersion::k10))
    write_filter_v10(filter, writer);
  else
    write_filter_v13(filter, frame.version, writer);
  return finish(std::move(writer));
}

FlowFilter read_filter_v10(Incoming& in) {
  FlowFilter filter;
  filter.match = read_match(in.body, in.version);
  filter.table = in.body.u8();
  in.body.skip(1);
  filter.out_port = read_port(in.body, in.version);
  return filter;
}

FlowFilter read_filter_v13(Incoming& in) {
  FlowFilter filter;
  filter.table = in.body.u8();
  in.body.skip(3);
  filter.out_port = read_port(in.body, in.version);
  filter.out_group = in.body.u32();
  in.body.skip(4);
  filter.cookie = in.body.u64();
  filter.cookie_mask = in.body.u64();
  filter.match = read_match(in.body, in.version);
  return filter;
}

}  // namespace

FlowFilter read_flow_filter(Incoming& in) {
  return in.is(OfVersion::k10) ? read_filter_v10(in) : read_filter_v13(in);
}

Bytes write(const FlowStatsRequest& message, Frame frame) {
  return write_request(Multipart::kFlow, NiciraStats::kFlow, message.filter, message.nicira, frame);
}

Bytes write(const AggregateStatsRequest& message, Frame frame) {
  return write_request(Multipart::kAggregate, NiciraStats::kAggregate, message.filter, message.nicira, frame);
}

std::vector<Bytes> write(const FlowStatsReply& message, Frame frame) {
  MultipartWriter list =
      message.nicira ? MultipartWriter(NiciraStats::kFlow, frame) : MultipartWriter(Multipart::kFlow, frame);
  for (const FlowStats& rule : message.rules)
    list.entry([&](WireWriter& writer) { write_rule(rule, message.nicira, frame.version, writer); });
  return list.finish();
}

Bytes write(const AggregateStatsReply& message, Frame frame) {
  WireWriter writer = message.nicira
                          ? begin_nicira_stats(MessageType::kMultipartReply, NiciraStats::kAggregate, frame)
                          : begin_multipart(MessageType::kMultipartReply, Multipart::kAggregate, frame);
  writer.u64(message.packets);
  writer.u64(message.bytes);
  writer.u32(message.rules);
  writer.zeros(4);
  return finish(std::move(writer));
}

}  // namespace flowbed::sw::ofp
