// `controllers`: whom one switch speaks OpenFlow with.
#pragma once

#include "core/base/channel.hh"
#include "switchd/openflow/channel/bridge_channels.hh"

namespace flowbed::sw {

// {"controllers": [{name, target, place, state, fault?, version?, role?, packet_ins?, dropped_packet_ins?}],
//  "listening": [{target, place, conversations: [{peer, version?, role, …}]}]}
// `channels` may be null: the switch has none.
Json describe_controllers(const ofp::BridgeChannels* channels);

}  // namespace flowbed::sw
