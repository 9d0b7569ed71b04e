// What is wanted of one bridge: a value, compared and replaced as a whole.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hh"
#include "switchd/flow/numbers.hh"
#include "switchd/slowpath/vlan.hh"

namespace flowbed::sw {

struct PortConfig {
  OfPort number{};
  std::string interface;  // the kernel's name of it
  std::string name;       // what people call it; may be longer than a kernel name
  IfIndex ifindex{};
  PortVlans vlans;
  std::string peer;  // kernel name of the link's other end, if a bridge of this switchd has it; else empty
  bool is_emulated = false;  // packets have to pass the link, for it does something to them
  std::optional<uint64_t> rate = {};  // bit/s, of the link; spanning tree prefers faster ones

  bool operator==(const PortConfig&) const = default;
};

// Copies what passes the selected ports to one more port, which carries nothing else. A copy of a packet that
// came in is as it came in, one of a packet that leaves is as it leaves; a packet that does both is copied
// once, as it came in.
struct MirrorConfig {
  std::vector<std::string> ports;  // names
  bool in = true, out = true;
  std::string output;  // name of a port of the same bridge

  bool operator==(const MirrorConfig&) const = default;
};

// Rapid spanning tree (IEEE 802.1D-2004, table 17-1). Times are seconds.
struct StpConfig {
  uint16_t priority = 32768;  // in steps of 4096; the lowest becomes the root
  uint16_t hello_time = 2, max_age = 20, forward_delay = 15;

  bool operator==(const StpConfig&) const = default;
};

// What the bridge does while it has no controller: what a normal switch does, or what it was told before.
enum class FailMode { kStandalone, kSecure };

// What of the bridge's traffic is watched, for who exports it (switchd/export). Both cost nothing where they
// are off.
struct MonitorConfig {
  uint32_t sample_one_in = 0;  // packets; 0: none is sampled
  bool flows = false;          // each transport connection is a flow of its own, and counted

  bool operator==(const MonitorConfig&) const = default;
};

struct BridgeConfig {
  std::string name;
  uint64_t dpid = 0;
  Duration mac_ageing = std::chrono::seconds(300);
  std::vector<PortConfig> ports;
  std::vector<MirrorConfig> mirrors;
  FailMode fail_mode = FailMode::kStandalone;
  std::optional<StpConfig> stp;  // none: the bridge takes no part
  MonitorConfig monitor = {};

  bool operator==(const BridgeConfig&) const = default;
};

// Throws Error that names the bridge and the fault: a number, name or interface twice, a VLAN out of range, a
// mirror of a port that is not there, values that spanning tree cannot have.
void check(const BridgeConfig& config);

}  // namespace flowbed::sw
