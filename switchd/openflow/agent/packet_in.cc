#include "switchd/openflow/agent/packet_in.hh"

#include <algorithm>

#include <endian.h>

namespace flowbed::sw::ofp {
namespace {

constexpr size_t kLargestFrame = kMaxMessage - 1024;  // what is before it in the message has room, too

// In 1.0 a miss is that no rule matched; that the rule for all else did is an action like any other.
PacketInReason reason_for(const Session& session, const PuntContext& context) {
  const bool is_action =
      session.speaks(OfVersion::k10) && context.reason == PacketInReason::kTableMiss && !context.is_miss;
  return is_action ? PacketInReason::kApplyAction : context.reason;
}

uint16_t wanted_size(const Session& session, const PuntContext& context) {
  const bool by_action = !context.is_miss && context.reason != PacketInReason::kInvalidTtl;
  return by_action ? context.max_len : session.miss_send_size;
}

void set_if_there(Match& match, const char* name, uint64_t value) {
  if (value) match.set(field_named(name), value);
}

Match origin(const PuntContext& context) {
  Match match;
  match.set(field_named("in_port"), to_number(context.in_port));
  set_if_there(match, "metadata", be64toh(context.metadata));
  set_if_there(match, "tun_id", be64toh(context.tunnel_id));
  for (size_t i = 0; i < kRegisters; i++) {
    if (context.registers[i])
      match.set(field_named("reg" + std::to_string(i)), be32toh(context.registers[i]));
  }
  return match;
}

}  // namespace

bool wants(const Session& session, const PuntContext& context, uint16_t config_flags) {
  if (!session.version || session.controller_id != context.controller_id) return false;
  const bool is_v10 = session.speaks(OfVersion::k10);
  if (context.is_miss && !is_v10) return false;
  const PacketInReason reason = reason_for(session, context);
  if (session.wants(&AsyncConfig::packet_in, static_cast<unsigned>(reason))) return true;
  return reason == PacketInReason::kInvalidTtl && is_v10 && !session.is_slave() &&
         (config_flags & kConfigInvalidTtl);
}

PacketIn describe(const PuntContext& context, const Session& session) {
  return {.reason = reason_for(session, context),
          .table = context.table,
          .cookie = context.cookie,
          .match = origin(context),
          .nicira = session.nicira_packet_in};
}

void attach(const std::vector<uint8_t>& frame, const PuntContext& context, Session& session,
            PacketIn& message) {
  const uint16_t wanted = wanted_size(session, context);
  const size_t size = std::min({size_t{wanted}, frame.size(), kLargestFrame});
  message.total_size = static_cast<uint16_t>(std::min(frame.size(), size_t{UINT16_MAX}));
  message.frame.assign(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
  message.buffer = wanted == kWholePacket ? kNoBuffer : session.buffers.keep({context.in_port, frame});
}

}  // namespace flowbed::sw::ofp
