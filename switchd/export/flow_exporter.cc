#include "switchd/export/flow_exporter.hh"

#include <algorithm>

namespace flowbed::sw {

void FlowExporter::observe(const Observation& observation, uint64_t packets, uint64_t bytes, TimePoint last) {
  if (is_told(observation)) flows_.observe(observation, packets, bytes, last);
}

ReportTime FlowExporter::time_at(TimePoint now) const {
  const auto calendar = std::chrono::system_clock::now().time_since_epoch();
  return {.now = now,
          .calendar_ns =
              static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(calendar).count()),
          .started = started_};
}

// Flows wait for the first collector to be reached, so that none of the first is lost.
void FlowExporter::tick(TimePoint now) {
  if (collectors_.is_any_open()) tell(flows_.expire(now), time_at(now));
}

void FlowExporter::finish(TimePoint now) { tell(flows_.flush(), time_at(now)); }

void FlowExporter::send(const Datagram& datagram, size_t records) {
  exported_ += records;
  collectors_.send(datagram);
}

NetflowExporter::NetflowExporter(EventLoop& loop, DatagramSource& sockets, const NetflowConfig& config,
                                 uint64_t dpid, TimePoint now)
    : FlowExporter(loop, sockets, config.to, config.timeouts, now),
      add_id_to_interface_(config.add_id_to_interface),
      engine_type_(static_cast<uint8_t>(dpid >> 8)),
      engine_id_(static_cast<uint8_t>(dpid)) {}

bool NetflowExporter::is_told(const Observation& observation) const {
  return flow_key_is(&observation.key, FLOW_ETH_TYPE_IPV4);
}

uint16_t NetflowExporter::interface_of(uint16_t port) const {
  if (!add_id_to_interface_) return port;
  return static_cast<uint16_t>((engine_id_ & 0x7f) << 9 | (port & 0x1ff));
}

void NetflowExporter::tell(const std::vector<FlowRecord>& flows, const ReportTime& time) {
  std::vector<NetflowRecord> records;
  for (const FlowRecord& flow : flows) {
    for (NetflowRecord& record : netflow_records(flow, time)) {
      record.input = interface_of(record.input);
      record.output = interface_of(record.output);
      records.push_back(record);
    }
  }
  for (std::span<const NetflowRecord> rest = records; !rest.empty();) {
    const auto part = rest.first(std::min(rest.size(), kMaxNetflowRecords));
    rest = rest.subspan(part.size());
    send(netflow_datagram({.uptime_ms = time.uptime_ms(time.now),
                           .calendar_ns = time.calendar_ns,
                           .sequence = sequence_,
                           .engine_type = engine_type_,
                           .engine_id = engine_id_},
                          part),
         part.size());
    sequence_ += static_cast<uint32_t>(part.size());
  }
}

IpfixExporter::IpfixExporter(EventLoop& loop, DatagramSource& sockets, const IpfixConfig& config,
                             TimePoint now)
    : FlowExporter(loop, sockets, config.to, config.timeouts, now),
      domain_(config.domain),
      message_(config.point),
      templates_due_(now) {}

void IpfixExporter::tell(const std::vector<FlowRecord>& flows, const ReportTime& time) {
  if (time.now >= templates_due_ || has_any_refused()) {
    templates_due_ = time.now + kTemplateInterval;
    message_.add_templates();
  }
  for (const FlowRecord& flow : flows) {
    message_.add(flow, time);
    if (message_.is_full()) send_message(time);
  }
  if (!message_.is_empty()) send_message(time);
}

void IpfixExporter::send_message(const ReportTime& time) {
  const uint32_t records = message_.records();
  send(message_.finish({.export_time = static_cast<uint32_t>(time.calendar_ns / 1'000'000'000),
                        .sequence = sequence_,
                        .domain = domain_}),
       records);
  sequence_ += records;
}

}  // namespace flowbed::sw
