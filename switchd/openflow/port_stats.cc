// What ports and their queues have counted.
#include "switchd/openflow/message_codec.hh"
#include "switchd/openflow/properties.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr uint16_t kEthernet = 0;  // type of property

void write_numbers(std::initializer_list<uint64_t> numbers, WireWriter& writer) {
  for (const uint64_t number : numbers) writer.u64(number);
}

void write_counters(const PortStats& s, WireWriter& writer) {
  write_numbers({s.rx_packets, s.tx_packets, s.rx_bytes, s.tx_bytes, s.rx_dropped, s.tx_dropped, s.rx_errors,
                 s.tx_errors},
                writer);
}

void write_ethernet_counters(const PortStats& s, WireWriter& writer) {
  write_numbers({s.rx_frame_errors, s.rx_overruns, s.rx_crc_errors, s.collisions}, writer);
}

void write_port_v10(const PortStats& port, WireWriter& writer) {
  write_port(port.port, OfVersion::k10, writer);
  writer.zeros(6);
  write_counters(port, writer);
  write_ethernet_counters(port, writer);
}

void write_port_v13(const PortStats& port, WireWriter& writer) {
  writer.u32(to_number(port.port));
  writer.zeros(4);
  write_counters(port, writer);
  write_ethernet_counters(port, writer);
  write_age(port.age, writer);
}

void write_port_v14(const PortStats& port, WireWriter& writer) {
  writer.zeros(4);
  writer.u32(to_number(port.port));
  write_age(port.age, writer);
  write_counters(port, writer);
  write_property(kEthernet, writer, [&](WireWriter& w) {
    w.zeros(4);
    write_ethernet_counters(port, w);
  });
  close_length(writer, 0, 0);
}

void write_port_stats(const PortStats& port, OfVersion version, WireWriter& writer) {
  if (version == OfVersion::k10) return write_port_v10(port, writer);
  if (version == OfVersion::k13) return write_port_v13(port, writer);
  write_port_v14(port, writer);
}

void write_queue_stats(const QueueStats& queue, OfVersion version, WireWriter& writer) {
  if (version == OfVersion::k14) writer.zeros(8);
  write_port(queue.port, version, writer);
  if (version == OfVersion::k10) writer.zeros(2);
  writer.u32(queue.queue);
  write_numbers({queue.tx_bytes, queue.tx_packets, queue.tx_errors}, writer);
  if (version != OfVersion::k10) write_age(queue.age, writer);
  if (version == OfVersion::k14) close_length(writer, 0, 0);
}

}  // namespace

PortStatsRequest read_port_stats_request(Incoming& in) {
  PortStatsRequest request{.port = read_port(in.body, in.version)};
  in.body.skip(in.is(OfVersion::k10) ? 6 : 4);
  return request;
}

QueueStatsRequest read_queue_stats_request(Incoming& in) {
  QueueStatsRequest request;
  request.port = read_port(in.body, in.version);
  if (in.is(OfVersion::k10)) in.body.skip(2);
  request.queue = in.body.u32();
  if (request.port == kOfPortAll) request.port = kOfPortAny;  // as 1.0 has it
  return request;
}

Bytes write(const PortStatsRequest& message, Frame frame) {
  WireWriter writer = begin_multipart(MessageType::kMultipartRequest, Multipart::kPort, frame);
  write_port(message.port, frame.version, writer);
  writer.zeros(frame.is(OfVersion::k10) ? 6 : 4);
  return finish(std::move(writer));
}

Bytes write(const QueueStatsRequest& message, Frame frame) {
  WireWriter writer = begin_multipart(MessageType::kMultipartRequest, Multipart::kQueue, frame);
  const bool v10 = frame.is(OfVersion::k10);
  write_port(v10 && message.port == kOfPortAny ? kOfPortAll : message.port, frame.version, writer);
  if (v10) writer.zeros(2);
  writer.u32(message.queue);
  return finish(std::move(writer));
}

std::vector<Bytes> write(const PortStatsReply& message, Frame frame) {
  MultipartWriter list(Multipart::kPort, frame);
  for (const PortStats& port : message.ports)
    list.entry([&](WireWriter& writer) { write_port_stats(port, frame.version, writer); });
  return list.finish();
}

std::vector<Bytes> write(const QueueStatsReply& message, Frame frame) {
  MultipartWriter list(Multipart::kQueue, frame);
  for (const QueueStats& queue : message.queues)
    list.entry([&](WireWriter& writer) { write_queue_stats(queue, frame.version, writer); });
  return list.finish();
}

}  // namespace flowbed::sw::ofp
