// NetFlow version 5 (as Cisco's "NetFlow Export Datagram Format" describes it): records in, a datagram out.
#pragma once

#include <span>
#include <vector>

#include "switchd/export/datagram_writer.hh"
#include "switchd/export/flow_record.hh"

namespace flowbed::sw {

inline constexpr size_t kMaxNetflowRecords = 30;  // in a datagram

struct NetflowHeader {
  uint32_t uptime_ms = 0;
  uint64_t calendar_ns = 0;
  uint32_t sequence = 0;  // records told before
  uint8_t engine_type = 0, engine_id = 0;
};

struct NetflowRecord {
  uint32_t src = 0, dst = 0;
  uint16_t input = 0, output = 0;
  uint32_t packets = 0, octets = 0;
  uint32_t first_ms = 0, last_ms = 0;  // of the uptime
  uint16_t src_port = 0, dst_port = 0;
  uint8_t tcp_flags = 0, protocol = 0, tos = 0;

  bool operator==(const NetflowRecord&) const = default;
};

inline constexpr uint16_t kNetflowDropped = 0, kNetflowSeveral = 0xffff;  // outputs

// How a flow of IPv4 is told: in several records if its counts are too large for one.
std::vector<NetflowRecord> netflow_records(const FlowRecord& flow, const ReportTime& time);

// At most kMaxNetflowRecords.
Datagram netflow_datagram(const NetflowHeader& header, std::span<const NetflowRecord> records);

}  // namespace flowbed::sw
