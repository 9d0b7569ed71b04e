#include "switchd/export/netflow_datagram.hh"

#include <algorithm>

#include <arpa/inet.h>

#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {

constexpr uint16_t kVersion = 5;
constexpr uint64_t kMost = UINT32_MAX;

uint16_t output_of(const Leaving& leaving) {
  if (!leaving.is_known || leaving.ports > 1) return kNetflowSeveral;
  return leaving.ports == 0 ? kNetflowDropped : static_cast<uint16_t>(to_number(leaving.port));
}

// What all records of one flow have in common.
NetflowRecord describe(const FlowRecord& flow, const ReportTime& time) {
  const flow_key_fields& key = flow.identity.key.f;
  NetflowRecord record;
  record.src = ntohl(key.ipv4.src);
  record.dst = ntohl(key.ipv4.dst);
  record.input = static_cast<uint16_t>(to_number(flow.identity.in));
  record.output = output_of(flow.leaving);
  record.first_ms = time.uptime_ms(flow.first);
  record.last_ms = time.uptime_ms(flow.last);
  record.src_port = ntohs(key.tp_src);
  record.dst_port = ntohs(key.tp_dst);
  if (key.ip_proto == kIcmp) {  // type and code, as everyone writes them
    record.dst_port = static_cast<uint16_t>(record.src_port << 8 | record.dst_port);
    record.src_port = 0;
  }
  record.tcp_flags = static_cast<uint8_t>(flow.tcp_flags);
  record.protocol = key.ip_proto;
  record.tos = key.ip_tos;
  return record;
}

}  // namespace

std::vector<NetflowRecord> netflow_records(const FlowRecord& flow, const ReportTime& time) {
  std::vector<NetflowRecord> records;
  uint64_t packets = flow.packets, octets = flow.octets;
  while (packets > 0 || octets > 0) {
    NetflowRecord& record = records.emplace_back(describe(flow, time));
    record.packets = static_cast<uint32_t>(std::min(packets, kMost));
    record.octets = static_cast<uint32_t>(std::min(octets, kMost));
    packets -= record.packets;
    octets -= record.octets;
  }
  return records;
}

Datagram netflow_datagram(const NetflowHeader& header, std::span<const NetflowRecord> records) {
  DatagramWriter out;
  out.u16(kVersion);
  out.u16(records.size());
  out.u32(header.uptime_ms);
  out.u32(header.calendar_ns / 1'000'000'000);
  out.u32(header.calendar_ns % 1'000'000'000);
  out.u32(header.sequence);
  out.u8(header.engine_type);
  out.u8(header.engine_id);
  out.u16(0);  // nothing is sampled
  for (const NetflowRecord& record : records) {
    out.u32(record.src);
    out.u32(record.dst);
    out.u32(0);  // next hop
    out.u16(record.input);
    out.u16(record.output);
    for (const uint32_t number : {record.packets, record.octets, record.first_ms, record.last_ms})
      out.u32(number);
    out.u16(record.src_port);
    out.u16(record.dst_port);
    for (const uint8_t number : {uint8_t{0}, record.tcp_flags, record.protocol, record.tos}) out.u8(number);
    out.u64(0);  // autonomous systems, lengths of prefixes, padding
  }
  return out.take();
}

}  // namespace flowbed::sw
