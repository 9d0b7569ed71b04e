// What a switch tells collectors of the traffic that crosses it: sFlow (samples of packets, and counters),
// NetFlow and IPFIX (flows). Defaults are those of Open vSwitch where it has the same;
// switchd/export/README.md tells what each value means.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace flowbed {

// Where collectors listen. An export without targets is off.
struct ExportTargets {
  std::vector<std::string> targets;  // "10.0.0.9:6343"; without a port: the protocol's own
  std::string place;                 // whose network that is: machine, fabric or a host; machine where empty
  bool operator==(const ExportTargets&) const = default;
  bool is_on() const { return !targets.empty(); }
};

struct SflowExport : ExportTargets {
  static constexpr uint16_t kPort = 6343;

  uint32_t sampling = 400;  // one packet in so many
  uint32_t header = 128;    // bytes of each that are told
  uint32_t polling = 30;    // seconds between reports of a port's counters; 0: never
  std::map<std::string, std::string> extensions = {};
  bool operator==(const SflowExport&) const = default;
};

struct NetflowExport : ExportTargets {
  static constexpr uint16_t kPort = 2055;

  uint32_t active_timeout = 600;     // seconds after which a flow that goes on is reported
  uint32_t idle_timeout = 15;        // seconds of silence that end a flow
  bool add_id_to_interface = false;  // 7 bits of the switch's id in front of 9 of the port's number
  std::map<std::string, std::string> extensions = {};
  bool operator==(const NetflowExport&) const = default;
};

struct IpfixExport : ExportTargets {
  static constexpr uint16_t kPort = 4739;

  uint32_t active_timeout = 60, idle_timeout = 15;  // as NetFlow's
  uint32_t domain = 0, point = 0;                   // ids of observation
  std::map<std::string, std::string> extensions = {};
  bool operator==(const IpfixExport&) const = default;
};

struct FlowExports {
  SflowExport sflow;
  NetflowExport netflow;
  IpfixExport ipfix;
  bool operator==(const FlowExports&) const = default;
  bool is_on() const { return sflow.is_on() || netflow.is_on() || ipfix.is_on(); }
};

// Calls visit("sflow", sflow), and so on.
template <class Exports, class Visit>
void for_each_export(Exports& exports, Visit visit) {
  visit("sflow", exports.sflow);
  visit("netflow", exports.netflow);
  visit("ipfix", exports.ipfix);
}

}  // namespace flowbed
