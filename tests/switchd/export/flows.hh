// Observations and flow records for tests.
#pragma once

#include <cstring>

#include "switchd/export/flow_record.hh"
#include "switchd/slowpath/observation.hh"
#include "tests/switchd/packets.hh"

namespace flowbed::sw {

inline Observation observation_of(const Bytes& bytes, VlanTag vlan = {}) {
  const FlowKey key = extract_flow_key(packet_of(bytes, vlan), PortNo{1});
  FlowKey kept = masked(key, flow_identity(key).f.packet);
  Leaving leaving;
  leaving.add(OfPort{2}, IfIndex{1002}, vlan);
  return {.bridge = 1,
          .key = kept,
          .vlan = vlan,
          .has_more_tags = false,
          .in = OfPort{1},
          .in_index = IfIndex{1001},
          .leaving = leaving,
          .extra_bytes = 0};
}

inline Bytes tcp_packet(unsigned flags = 0x10) {
  return tcp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 6), 40000, 80, flags);
}
inline Bytes echo_request() {
  return ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 1).u8(8).u8(3).u16(0).u32(0);
}
inline Bytes udp6_packet() {
  return udp(ipv6(ethernet(kMac2, kMac1, 0x86dd), "fd00::1", "fd00::2", 17), 5000, 53);
}

inline FlowRecord record_of(const Observation& observation) {
  FlowRecord record;
  record.identity = {observation.key, observation.vlan.vid(), observation.in, observation.in_index};
  record.identity.key.f.tcp_flags = 0;
  record.leaving = observation.leaving;
  record.packets = 3;
  record.frame_octets = 300;
  record.octets = 258;
  record.tcp_flags = 0x13;
  record.first = TimePoint(std::chrono::milliseconds(11'000));
  record.last = TimePoint(std::chrono::milliseconds(12'500));
  return record;
}

inline const ReportTime kReportTime = {.now = TimePoint(std::chrono::milliseconds(13'000)),
                                       .calendar_ns = 1'700'000'000'500'000'000,
                                       .started = TimePoint(std::chrono::milliseconds(10'000))};

}  // namespace flowbed::sw
