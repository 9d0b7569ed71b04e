// How a switch treats its controllers.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.hh"
#include "switchd/openflow/version.hh"

namespace flowbed::sw::ofp {

struct AgentOptions {
  std::vector<OfVersion> versions = {OfVersion::k10, OfVersion::k13, OfVersion::k14};  // ascending
  // After so long a silence a controller is asked whether it lives; after as long again it counts as dead.
  Duration echo_after = std::chrono::seconds(5);
  // Packet-ins for each controller; what is above that is dropped. 0: no limit.
  uint32_t packet_ins_per_second = 10000, packet_in_burst = 2500;
  // A controller that leaves more than this many bytes unread is given up.
  size_t max_output = size_t{16} << 20;
  std::string software = "Flowbed " FLOWBED_VERSION;
  std::string serial = "none";
};

}  // namespace flowbed::sw::ofp
