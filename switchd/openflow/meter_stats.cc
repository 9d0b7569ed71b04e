// What is told of meters.
#include "switchd/openflow/message_codec.hh"

namespace flowbed::sw::ofp {
namespace {

void write_counts(const Counts& counts, WireWriter& writer) {
  writer.u64(counts.packets);
  writer.u64(counts.bytes);
}

void write_stats(const MeterStats& meter, WireWriter& writer) {
  writer.u32(meter.meter);
  writer.zeros(8);
  writer.u32(meter.rules);
  write_counts(meter.in, writer);
  write_age(meter.age, writer);
  for (const Counts& band : meter.bands) write_counts(band, writer);
  close_length(writer, 0, 4);
}

void write_config(const MeterConfig& meter, WireWriter& writer) {
  writer.u16(0);
  writer.u16(meter.flags);
  writer.u32(meter.id);
  write_bands(meter.bands, writer);
  close_length(writer, 0, 0);
}

Bytes write_request(Multipart type, uint32_t meter, Frame frame) {
  WireWriter writer = begin_multipart(MessageType::kMultipartRequest, type, frame);
  writer.u32(meter);
  writer.zeros(4);
  return finish(std::move(writer));
}

}  // namespace

Bytes write(const MeterStatsRequest& message, Frame frame) {
  return write_request(Multipart::kMeter, message.meter, frame);
}
Bytes write(const MeterConfigRequest& message, Frame frame) {
  return write_request(Multipart::kMeterConfig, message.meter, frame);
}
Bytes write(const MeterFeaturesRequest&, Frame frame) {
  return finish(begin_multipart(MessageType::kMultipartRequest, Multipart::kMeterFeatures, frame));
}

std::vector<Bytes> write(const MeterStatsReply& message, Frame frame) {
  MultipartWriter list(Multipart::kMeter, frame);
  for (const MeterStats& meter : message.meters)
    list.entry([&](WireWriter& writer) { write_stats(meter, writer); });
  return list.finish();
}

std::vector<Bytes> write(const MeterConfigReply& message, Frame frame) {
  MultipartWriter list(Multipart::kMeterConfig, frame);
  for (const MeterConfig& meter : message.meters)
    list.entry([&](WireWriter& writer) { write_config(meter, writer); });
  return list.finish();
}

Bytes write(const MeterFeaturesReply& message, Frame frame) {
  WireWriter writer = begin_multipart(MessageType::kMultipartReply, Multipart::kMeterFeatures, frame);
  writer.u32(message.max_meters);
  writer.u32(message.band_types);
  writer.u32(message.capabilities);
  writer.u8(message.max_bands);
  writer.u8(message.max_colors);
  writer.zeros(2);
  return finish(std::move(writer));
}

}  // namespace flowbed::sw::ofp
