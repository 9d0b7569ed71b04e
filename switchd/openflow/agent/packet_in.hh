// What a controller is told of a packet.
#pragma once

#include "switchd/openflow/agent/session.hh"
#include "switchd/slowpath/interruptions.hh"

namespace flowbed::sw::ofp {

// `config_flags` are the switch's.
bool wants(const Session& session, const PuntContext& context, uint16_t config_flags);
// All but the frame.
PacketIn describe(const PuntContext& context, const Session& session);
// As much of the frame as the controller wants; if that is not all that it may want, the frame is kept for
// it.
void attach(const std::vector<uint8_t>& frame, const PuntContext& context, Session& session,
            PacketIn& message);

}  // namespace flowbed::sw::ofp
