// The variables of one bridge's spanning tree and of its ports, with the standard's names and meanings
// (IEEE 802.1D-2004, 17.17 to 17.19). The machines (machines.hh) are the only ones to change them.
//
// Timers count down whole seconds, as the standard's do: `tick` takes one from each that is not zero. A
// timer of N is over after N - 1 to N seconds.
//
// All links are point-to-point, and the version is always that of rapid spanning tree, so the variables that
// would say otherwise (operPointToPointMAC, rstpVersion) are left out.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "switchd/slowpath/stp/bpdu.hh"

namespace flowbed::sw {

struct BpduCounters {
  uint64_t configuration = 0, notification = 0, rapid = 0;
};

struct RstpPort {
  enum class InfoIs : uint8_t { kDisabled, kAged, kMine, kReceived };
  enum class Migration : uint8_t { kCheckingRstp, kSelectingStp, kSensing };
  enum class TopologyChange : uint8_t { kInactive, kLearning, kActive };

  // Wanted of it:
  PortId id{};
  bool enabled = false;     // portEnabled: the link is up
  bool admin_edge = false;  // starts as an edge port; the first BPDU ends that
  uint32_t path_cost = 0;

  // Of the neighbour:
  Bpdu message;  // while rcvd_msg: the last one received
  PriorityVector port_priority;
  StpTimes port_times;
  InfoIs info_is = InfoIs::kDisabled;
  bool rcvd_bpdu = false, rcvd_msg = false, rcvd_rstp = false, rcvd_stp = false;
  bool rcvd_tc = false, rcvd_tc_ack = false, rcvd_tcn = false;
  bool send_rstp = true;   // else the neighbour speaks old spanning tree
  bool oper_edge = false;  // no bridge is behind this port

  // Our own view:
  PortRole role = PortRole::kDisabled, selected_role = PortRole::kDisabled;
  PriorityVector designated_priority;
  StpTimes designated_times;
  bool selected = false, reselect = true, updt_info = false;
  bool learn = false, forward = false;        // what shall be
  bool learning = false, forwarding = false;  // what is
  bool proposing = false, proposed = false, agree = false, agreed = false, disputed = false;
  bool sync = true, synced = false, re_root = true;
  bool new_info = true, tc_prop = false, tc_ack = false;
  Migration migration = Migration::kCheckingRstp;
  TopologyChange topology_change = TopologyChange::kInactive;

  uint16_t edge_delay_while = 0, fd_while = 0, hello_when = 0, mdelay_while = 0, rb_while = 0,
           rcvd_info_while = 0, rr_while = 0, tc_while = 0, tx_count = 0;

  uint16_t received_since_tick = 0;
  BpduCounters rx, tx;
  uint64_t rx_ignored = 0;  // too many in a second, or our own come back
};

// What a change of state asks the bridge to do, in this order: states, addresses, frames.
struct RstpEffects {
  std::vector<uint16_t> changed;  // ports that learn or forward now and did not, or the other way round
  std::vector<uint16_t> flush;    // ports whose learned addresses are to be forgotten
  std::vector<std::pair<uint16_t, BpduFrame>> frames;
};

struct RstpState {
  BridgeId id{};
  StpTimes bridge_times;
  PriorityVector root_priority;
  StpTimes root_times;
  PortId root_port{};                  // 0: we are the root
  std::map<uint16_t, RstpPort> ports;  // by number
  uint64_t topology_changes = 0;
  uint64_t seconds_since_change = 0;
  RstpEffects effects;  // not taken yet

  PriorityVector bridge_priority() const { return {id, 0, id, PortId{}}; }
};

}  // namespace flowbed::sw
