// What a bridge tells collectors. Defaults and meanings are in README.md beside this file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/udp_socket.hh"
#include "switchd/slowpath/bridge_config.hh"

namespace flowbed::sw {

struct Collectors {
  std::vector<UdpTarget> targets;
  std::string place = "machine";  // see DatagramSource

  bool operator==(const Collectors&) const = default;
};

struct SflowConfig {
  Collectors to;
  uint32_t sampling = 400;                      // one packet in so many
  uint32_t header = 128;                        // bytes of each
  Duration polling = std::chrono::seconds(30);  // of counters; 0: never

  bool operator==(const SflowConfig&) const = default;
};

struct FlowTimeouts {
  Duration active, idle;

  bool operator==(const FlowTimeouts&) const = default;
};

struct NetflowConfig {
  Collectors to;
  FlowTimeouts timeouts{std::chrono::seconds(600), std::chrono::seconds(15)};
  bool add_id_to_interface = false;

  bool operator==(const NetflowConfig&) const = default;
};

struct IpfixConfig {
  Collectors to;
  FlowTimeouts timeouts{std::chrono::seconds(60), std::chrono::seconds(15)};
  uint32_t domain = 0, point = 0;

  bool operator==(const IpfixConfig&) const = default;
};

struct ExportConfig {
  std::optional<SflowConfig> sflow;
  std::optional<NetflowConfig> netflow;
  std::optional<IpfixConfig> ipfix;

  bool operator==(const ExportConfig&) const = default;
  bool is_on() const { return sflow || netflow || ipfix; }
  // What the bridge has to watch for it.
  MonitorConfig monitor() const {
    return {.sample_one_in = sflow ? sflow->sampling : 0, .flows = netflow || ipfix};
  }
};

}  // namespace flowbed::sw
