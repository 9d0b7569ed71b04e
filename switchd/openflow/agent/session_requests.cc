// How controller and switch get along with each other.
#include "switchd/openflow/agent/ports.hh"
#include "switchd/openflow/agent/request_run.hh"

namespace flowbed::sw::ofp {

void RequestRun::operator()(const EchoRequest& request) { reply(EchoReply{request.data}); }

void RequestRun::operator()(const FeaturesRequest&) {
  const uint32_t capabilities =
      kFlowStats | kTableStats | kPortStats | kGroupStats | kQueueStats | kArpMatchIp;
  reply(FeaturesReply{.dpid = bridge_.config.dpid,
                      .buffers = PacketBuffers::kCount,
                      .tables = FlowTables::kTables,
                      .capabilities = capabilities | (bridge_.tree ? kPortBlockedCapability : 0),
                      .ports = describe_ports()});
}

void RequestRun::operator()(const GetConfigRequest&) {
  ConfigReply config;
  config.flags = agent_.config_flags_;
  if (!session_.speaks(OfVersion::k10)) config.flags &= static_cast<uint16_t>(~kConfigInvalidTtl);
  config.miss_send_size = session_.miss_send_size;
  reply(config);
}

// The size is each controller's own; the flags are the switch's, so that slaves leave them as they are.
void RequestRun::operator()(const SetConfig& config) {
  if (!session_.is_slave()) set_fragments(config.flags);
  session_.miss_send_size = config.miss_send_size;
}

void RequestRun::set_fragments(uint16_t flags) {
  const uint16_t known = kFragmentsDrop | (session_.speaks(OfVersion::k10) ? kConfigInvalidTtl : 0);
  if (flags & ~known)
    throw OfFault(OfFaultKind::kSwitchConfigBadFlags, "fragments are passed or dropped, nothing else");
  slow_path_.programs().drop_fragments(bridge_, flags & kFragmentsDrop);
  agent_.config_flags_ = flags;
}

// What was asked for before has taken effect already.
void RequestRun::operator()(const BarrierRequest&) { reply(BarrierReply{}); }

void RequestRun::operator()(const RoleRequest& request) {
  if (request.generation) agent_.check_generation(*request.generation);
  if (request.role != Role::kNoChange) agent_.become(connection_, request.role);
  reply(RoleReply{.role = session_.role, .generation = agent_.generation_.value_or(UINT64_MAX)});
}

void RequestRun::operator()(const GetAsync&) { reply(AsyncReply{session_.async}); }
void RequestRun::operator()(const SetAsync& request) { merge(request.config, session_.async); }

void RequestRun::operator()(const SetFlowFormat& request) { session_.nicira_flow_removed = request.nicira; }
void RequestRun::operator()(const UseTableIds& request) { session_.dialect.table_ids = request.enabled; }
void RequestRun::operator()(const SetPacketInFormat& request) { session_.nicira_packet_in = request.nicira; }
void RequestRun::operator()(const SetControllerId& request) { session_.controller_id = request.id; }

}  // namespace flowbed::sw::ofp
