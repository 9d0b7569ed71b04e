// Features, configuration, roles and the like.
#include "switchd/openflow/message_codec.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr uint32_t kCapabilitiesV10 =
    kFlowStats | kTableStats | kPortStats | kReassemble | kQueueStats | kArpMatchIp;
constexpr uint32_t kActionsV10 = 0xfff;  // all that 1.0 has
constexpr size_t kPhyPortV10 = 48;       // bytes

Bytes without_body(MessageType type, Frame frame) { return finish(begin(type, frame)); }

Bytes with_data(MessageType type, const Bytes& data, Frame frame) {
  WireWriter writer = begin(type, frame);
  writer.bytes(data);
  return finish(std::move(writer));
}

Bytes write_config(MessageType type, const SwitchConfig& config, Frame frame) {
  WireWriter writer = begin(type, frame);
  writer.u16(config.flags);
  writer.u16(config.miss_send_size);
  return finish(std::move(writer));
}

Bytes write_role(MessageType type, Role role, uint64_t generation, Frame frame) {
  WireWriter writer = begin(type, frame);
  writer.u32(static_cast<uint32_t>(role));
  writer.zeros(4);
  writer.u64(generation);
  return finish(std::move(writer));
}

// Nicira's roles are other, master and slave.
Bytes write_nicira_role(NiciraType type, Role role, Frame frame) {
  WireWriter writer = begin_nicira(type, frame);
  writer.u32(role == Role::kNoChange ? 0 : static_cast<uint32_t>(role) - 1);
  return finish(std::move(writer));
}

}  // namespace

SetConfig read_set_config(Incoming& in) {
  SetConfig config;
  config.flags = in.body.u16();
  config.miss_send_size = in.body.u16();
  return config;
}

RoleRequest read_role_request(Incoming& in) {
  const uint32_t role = in.body.u32();
  in.body.skip(4);
  const uint64_t generation = in.body.u64();
  if (role > static_cast<uint32_t>(Role::kSlave))
    throw OfFault(OfFaultKind::kRoleBadRole, "there is no such role");
  RoleRequest request{.role = Role{role}};
  if (request.role == Role::kMaster || request.role == Role::kSlave) request.generation = generation;
  return request;
}

Bytes write(const EchoRequest& message, Frame frame) {
  return with_data(MessageType::kEchoRequest, message.data, frame);
}
Bytes write(const EchoReply& message, Frame frame) {
  return with_data(MessageType::kEchoReply, message.data, frame);
}
Bytes write(const FeaturesRequest&, Frame frame) {
  return without_body(MessageType::kFeaturesRequest, frame);
}
Bytes write(const GetConfigRequest&, Frame frame) {
  return without_body(MessageType::kGetConfigRequest, frame);
}
Bytes write(const BarrierRequest&, Frame frame) { return without_body(MessageType::kBarrierRequest, frame); }
Bytes write(const BarrierReply&, Frame frame) { return without_body(MessageType::kBarrierReply, frame); }
Bytes write(const SetConfig& message, Frame frame) {
  return write_config(MessageType::kSetConfig, message, frame);
}
Bytes write(const ConfigReply& message, Frame frame) {
  return write_config(MessageType::kGetConfigReply, message, frame);
}

Bytes write(const FeaturesReply& message, Frame frame) {
  const bool v10 = frame.is(OfVersion::k10);
  WireWriter writer = begin(MessageType::kFeaturesReply, frame);
  writer.u64(message.dpid);
  writer.u32(message.buffers);
  writer.u8(message.tables);
  writer.u8(v10 ? 0 : message.auxiliary);
  writer.zeros(2);
  writer.u32(message.capabilities & (v10 ? kCapabilitiesV10 : ~kArpMatchIp));
  writer.u32(v10 ? kActionsV10 : 0);
  if (!v10) return finish(std::move(writer));
  for (const PhyPort& port : message.ports)
    if (writer.size() + kPhyPortV10 <= kMaxMessage) write_phy_port(port, frame.version, writer);
  return finish(std::move(writer));
}

Bytes write(const RoleRequest& message, Frame frame) {
  if (frame.is(OfVersion::k10)) return write_nicira_role(NiciraType::kRoleRequest, message.role, frame);
  return write_role(MessageType::kRoleRequest, message.role, message.generation.value_or(0), frame);
}

Bytes write(const RoleReply& message, Frame frame) {
  if (frame.is(OfVersion::k10)) return write_nicira_role(NiciraType::kRoleReply, message.role, frame);
  return write_role(MessageType::kRoleReply, message.role, message.generation, frame);
}

Bytes write(const RoleStatus& message, Frame frame) {
  WireWriter writer = begin(MessageType::kRoleStatus, frame);
  writer.u32(static_cast<uint32_t>(message.role));
  writer.u8(static_cast<uint8_t>(message.reason));
  writer.zeros(3);
  writer.u64(message.generation);
  return finish(std::move(writer));
}

Bytes write(const DescRequest&, Frame frame) {
  return finish(begin_multipart(MessageType::kMultipartRequest, Multipart::kDesc, frame));
}

Bytes write(const DescReply& message, Frame frame) {
  WireWriter writer = begin_multipart(MessageType::kMultipartReply, Multipart::kDesc, frame);
  writer.text(message.manufacturer, 256);
  writer.text(message.hardware, 256);
  writer.text(message.software, 256);
  writer.text(message.serial, 32);
  writer.text(message.datapath, 256);
  return finish(std::move(writer));
}

}  // namespace flowbed::sw::ofp
