// A flow as it is told to collectors: what it is, and what it did in a span of time.
#pragma once

#include "core/base/clock.hh"
#include "switchd/slowpath/observation.hh"

namespace flowbed::sw {

struct FlowIdentity {
  FlowKey key;  // as flow_identity has it, without TCP's flags
  uint16_t vlan = 0;
  OfPort in{};
  IfIndex in_index{};

  bool operator==(const FlowIdentity& other) const {
    return same_words(key, other.key) && vlan == other.vlan && in == other.in && in_index == other.in_index;
  }
};

// Why it is told now, as IPFIX's flowEndReason has it.
enum class FlowEnd : uint8_t { kIdle = 1, kActive = 2, kForced = 4, kNoRoom = 5 };

struct FlowRecord {
  FlowIdentity identity;
  Leaving leaving;  // of the packets counted last
  uint64_t packets = 0;
  uint64_t frame_octets = 0;  // Ethernet headers and tags included
  uint64_t octets = 0;        // from the network header on
  uint16_t tcp_flags = 0;     // of all packets together
  TimePoint first{}, last{};
  FlowEnd end = FlowEnd::kIdle;

  bool is_ipv4() const { return flow_key_is(&identity.key, FLOW_ETH_TYPE_IPV4); }
  bool is_ipv6() const { return flow_key_is(&identity.key, FLOW_ETH_TYPE_IPV6); }
};

// The two clocks of a report: flows are timed by the machine's monotonic one, collectors want the calendar's.
struct ReportTime {
  TimePoint now{};
  uint64_t calendar_ns = 0;  // at `now`, since 1970
  TimePoint started{};       // of whoever reports

  uint32_t uptime_ms(TimePoint when) const {
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(when - started).count();
    return since < 0 ? 0 : static_cast<uint32_t>(since);
  }
  uint64_t calendar_ms(TimePoint when) const {
    const auto ago = std::chrono::duration_cast<std::chrono::nanoseconds>(now - when).count();
    return (calendar_ns - static_cast<uint64_t>(ago)) / 1'000'000;
  }
};

}  // namespace flowbed::sw
