// Throughput between two hosts, measured by iperf3 running in them.
#pragma once

#include <cstdint>
#include <optional>

#include "core/engine/commands.hh"

namespace flowbed {

struct ThroughputRequest {
  const Node* client = nullptr;
  const Node* server = nullptr;
  IpAddress server_address;
  int seconds = 5;
  std::optional<uint64_t> udp_bits_per_second;  // none: TCP
};

struct Throughput {
  double server_bits_per_second = 0;  // received
  double client_bits_per_second = 0;  // sent
  double lost_percent = 0;            // UDP only
};

// Throws Error with iperf3's own words if it fails.
Task<Throughput> measure_throughput(EventLoop& loop, Commands& commands, ThroughputRequest request);

}  // namespace flowbed
