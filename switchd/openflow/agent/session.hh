// What one controller has agreed on with the switch, has set, and has left with it.
#pragma once

#include <map>

#include "switchd/openflow/agent/bundle.hh"
#include "switchd/openflow/agent/packet_buffers.hh"
#include "switchd/openflow/agent/token_bucket.hh"
#include "switchd/openflow/messages.hh"

namespace flowbed::sw::ofp {

struct Session {
  std::optional<OfVersion> version = {};  // none: no hello came yet
  Role role = Role::kEqual;
  Dialect dialect = {};
  bool nicira_flow_removed = false, nicira_packet_in = false;  // of 1.0, in Nicira's form
  uint16_t controller_id = 0;
  uint16_t miss_send_size = SwitchConfig{}.miss_send_size;
  AsyncConfig async = {};  // every mask is set
  PacketBuffers buffers = {};
  std::map<uint32_t, Bundle> bundles = {};
  // Of a request for table features that comes in several messages, what came so far.
  std::optional<uint32_t> table_features_xid = {};
  std::vector<TableFeatures> table_features = {};
  TokenBucket packet_in_rate;
  uint64_t packet_ins = 0, dropped_packet_ins = 0;  // told, and not told for the sake of the rate

  bool speaks(OfVersion wanted) const { return version == wanted; }
  bool is_slave() const { return role == Role::kSlave; }
  // Whether the controller wants to know of what has this number among the reasons of `mask`.
  bool wants(const AsyncMask AsyncConfig::*mask, unsigned reason) const;
};

// What a controller is told before it has said what it wants (OpenFlow 1.3.5, 6.1.1 and 6.3.4).
AsyncConfig default_async();
// Sets those masks that `change` has.
void merge(const AsyncConfig& change, AsyncConfig& config);

}  // namespace flowbed::sw::ofp
