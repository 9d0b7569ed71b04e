// How queues are configured: a message of 1.0 and 1.3, a multipart message of 1.4.
#include "switchd/openflow/message_codec.hh"
#include "switchd/openflow/properties.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr uint16_t kMinRate = 1, kMaxRate = 2;  // types of properties

// Up to 1.3 a property is 16 bytes long.
void write_old_rate(uint16_t type, std::optional<uint16_t> rate, WireWriter& writer) {
  if (!rate) return;
  write_property(type, writer, [&](WireWriter& w) {
    w.zeros(4);
    w.u16(*rate);
    w.zeros(6);
  });
}

void write_rate(uint16_t type, std::optional<uint16_t> rate, WireWriter& writer) {
  if (!rate) return;
  write_property(type, writer, [&](WireWriter& w) {
    w.u16(*rate);
    w.zeros(2);
  });
}

void write_queue_v10(const QueueConfig& queue, WireWriter& writer) {
  writer.u32(queue.queue);
  writer.zeros(4);
  write_old_rate(kMinRate, queue.min_rate, writer);  // the only property that 1.0 has
  close_length(writer, 0, 4);
}

void write_queue_v13(const QueueConfig& queue, WireWriter& writer) {
  writer.u32(queue.queue);
  writer.u32(to_number(queue.port));
  writer.zeros(8);
  write_old_rate(kMinRate, queue.min_rate, writer);
  write_old_rate(kMaxRate, queue.max_rate, writer);
  close_length(writer, 0, 8);
}

void write_queue_v14(const QueueConfig& queue, WireWriter& writer) {
  writer.u32(to_number(queue.port));
  writer.u32(queue.queue);
  writer.zeros(8);
  write_rate(kMinRate, queue.min_rate, writer);
  write_rate(kMaxRate, queue.max_rate, writer);
  close_length(writer, 0, 8);
}

// One message: queues that do not fit are left out.
Bytes write_old(const QueueConfigReply& message, Frame frame) {
  const bool v10 = frame.is(OfVersion::k10);
  WireWriter writer = begin(MessageType::kQueueConfigReply, frame);
  write_port(message.port, frame.version, writer);
  writer.zeros(v10 ? 6 : 4);
  for (const QueueConfig& queue : message.queues) {
    WireWriter entry;
    v10 ? write_queue_v10(queue, entry) : write_queue_v13(queue, entry);
    if (writer.size() + entry.size() <= kMaxMessage) writer.bytes(entry.written());
  }
  return finish(std::move(writer));
}

}  // namespace

QueueConfigRequest read_queue_config_request(Incoming& in) {
  QueueConfigRequest request;
  request.port = read_port(in.body, in.version);
  in.body.skip(in.is(OfVersion::k10) ? 2 : 4);
  return request;
}

QueueConfigRequest read_queue_desc_request(Incoming& in) {
  QueueConfigRequest request;
  request.port = read_port(in.body, in.version);
  request.queue = in.body.u32();
  return request;
}

Bytes write(const QueueConfigRequest& message, Frame frame) {
  WireWriter writer = frame.is(OfVersion::k14)
                          ? begin_multipart(MessageType::kMultipartRequest, Multipart::kQueueDesc, frame)
                          : begin(MessageType::kQueueConfigRequest, frame);
  write_port(message.port, frame.version, writer);
  if (frame.is(OfVersion::k14))
    writer.u32(message.queue);
  else
    writer.zeros(frame.is(OfVersion::k10) ? 2 : 4);
  return finish(std::move(writer));
}

std::vector<Bytes> write(const QueueConfigReply& message, Frame frame) {
  if (!frame.is(OfVersion::k14)) return {write_old(message, frame)};
  MultipartWriter list(Multipart::kQueueDesc, frame);
  for (const QueueConfig& queue : message.queues)
    list.entry([&](WireWriter& writer) { write_queue_v14(queue, writer); });
  return list.finish();
}

}  // namespace flowbed::sw::ofp
