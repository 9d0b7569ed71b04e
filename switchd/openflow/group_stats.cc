// What is told of groups.
#include "switchd/openflow/message_codec.hh"

namespace flowbed::sw::ofp {
namespace {

void write_counts(const Counts& counts, WireWriter& writer) {
  writer.u64(counts.packets);
  writer.u64(counts.bytes);
}

void write_stats(const GroupStats& group, WireWriter& writer) {
  writer.zeros(4);
  writer.u32(group.group);
  writer.u32(group.references);
  writer.zeros(4);
  write_counts(group.counts, writer);
  write_age(group.age, writer);
  for (const Counts& bucket : group.buckets) write_counts(bucket, writer);
  close_length(writer, 0, 0);
}

void write_desc(const GroupDesc& group, OfVersion version, WireWriter& writer) {
  writer.u16(0);
  writer.u8(static_cast<uint8_t>(group.type));
  writer.u8(0);
  writer.u32(group.group);
  write_buckets(group.buckets, version, writer);
  close_length(writer, 0, 0);
}

}  // namespace

Bytes write(const GroupStatsRequest& message, Frame frame) {
  WireWriter writer = begin_multipart(MessageType::kMultipartRequest, Multipart::kGroup, frame);
  writer.u32(message.group);
  writer.zeros(4);
  return finish(std::move(writer));
}
Bytes write(const GroupDescRequest&, Frame frame) {
  return finish(begin_multipart(MessageType::kMultipartRequest, Multipart::kGroupDesc, frame));
}
Bytes write(const GroupFeaturesRequest&, Frame frame) {
  return finish(begin_multipart(MessageType::kMultipartRequest, Multipart::kGroupFeatures, frame));
}

std::vector<Bytes> write(const GroupStatsReply& message, Frame frame) {
  MultipartWriter list(Multipart::kGroup, frame);
  for (const GroupStats& group : message.groups)
    list.entry([&](WireWriter& writer) { write_stats(group, writer); });
  return list.finish();
}

std::vector<Bytes> write(const GroupDescReply& message, Frame frame) {
  MultipartWriter list(Multipart::kGroupDesc, frame);
  for (const GroupDesc& group : message.groups)
    list.entry([&](WireWriter& writer) { write_desc(group, frame.version, writer); });
  return list.finish();
}

Bytes write(const GroupFeaturesReply& message, Frame frame) {
  WireWriter writer = begin_multipart(MessageType::kMultipartReply, Multipart::kGroupFeatures, frame);
  writer.u32(message.types);
  writer.u32(message.capabilities);
  for (const uint32_t number : message.max_groups) writer.u32(number);
  for (const uint32_t actions : message.actions) writer.u32(actions);
  return finish(std::move(writer));
}

}  // namespace flowbed::sw::ofp
