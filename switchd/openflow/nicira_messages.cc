// Nicira's extensions, as Open vSwitch documents them in nicira-ext.h, and the ONF's.
#include "switchd/openflow/message_codec.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr uint32_t kFormatV10 = 0, kFlowFormatNxm = 2, kPacketInFormatNicira = 1;
constexpr OxmId kCookieId{.of_class = 1, .number = 30};

[[noreturn]] void refuse_type() {
  throw OfFault(OfFaultKind::kBadExperimenterType, "this message of the experimenter is not known");
}

// One of two numbers: false is the first.
bool read_choice(WireReader& body, uint32_t no, uint32_t yes) {
  const uint32_t choice = body.u32();
  if (choice != no && choice != yes)
    throw OfFault(OfFaultKind::kEpermission, "this format of messages is not written");
  return choice == yes;
}

RoleRequest read_role(WireReader& body) {
  const uint32_t role = body.u32() + uint32_t{1};
  if (role < static_cast<uint32_t>(Role::kEqual) || role > static_cast<uint32_t>(Role::kSlave))
    throw OfFault(OfFaultKind::kRoleBadRole, "there is no such role");
  return {.role = Role{role}};
}

// A cookie in the match chooses among rules, and takes the place of the one that is to be set.
FlowMod read_nicira_flow_mod(Incoming& in) {
  FlowMod mod{.modify_adds = true};
  mod.cookie = in.body.u64();
  set_command(in.body.u16(), in.dialect, mod);
  mod.idle_timeout = in.body.u16();
  mod.hard_timeout = in.body.u16();
  mod.priority = in.body.u16();
  mod.buffer = in.body.u32();
  mod.out_port = read_port(in.body, in.version);
  mod.flags = read_flow_flags_v10(in.body.u16());
  const uint16_t size = in.body.u16();
  in.body.skip(6);
  const NiciraMatch match = read_nicira_match(in.body, size);
  mod.match = match.match;
  if (match.cookie.mask && mod.command != FlowMod::Command::kAdd) {
    mod.cookie = match.cookie.value;
    mod.cookie_mask = match.cookie.mask;
  }
  mod.instructions = read_apply(in.rest());
  return mod;
}

UseTableIds read_use_table_ids(WireReader& body) {
  const UseTableIds use{.enabled = body.u8() != 0};
  body.skip(7);
  return use;
}

SetControllerId read_controller_id(WireReader& body) {
  body.skip(6);
  return {.id = body.u16()};
}

// Newer versions have messages of their own for what these do in 1.0.
Request read_nicira_v10(NiciraType type, Incoming& in) {
  if (!in.is(OfVersion::k10)) refuse_type();
  switch (type) {
    case NiciraType::kRoleRequest:
      return read_role(in.body);
    case NiciraType::kFlowMod:
      return read_nicira_flow_mod(in);
    case NiciraType::kSetAsyncConfig:
      return SetAsync{read_async_masks(in.body)};
    default:
      refuse_type();
  }
}

Request read_nicira(NiciraType type, Incoming& in) {
  switch (type) {
    case NiciraType::kSetFlowFormat:
      return SetFlowFormat{read_choice(in.body, kFormatV10, kFlowFormatNxm)};
    case NiciraType::kFlowModTableId:
      return read_use_table_ids(in.body);
    case NiciraType::kSetPacketInFormat:
      return SetPacketInFormat{read_choice(in.body, kFormatV10, kPacketInFormatNicira)};
    case NiciraType::kSetControllerId:
      return read_controller_id(in.body);
    default:
      return read_nicira_v10(type, in);
  }
}

Request read_onf(OnfType type, Incoming& in) {
  if (!in.is(OfVersion::k13)) refuse_type();
  if (type == OnfType::kBundleControl) return read_bundle_control(in);
  if (type == OnfType::kBundleAdd) return read_bundle_add(in);
  refuse_type();
}

Bytes write_number(NiciraType type, uint32_t number, Frame frame) {
  WireWriter writer = begin_nicira(type, frame);
  writer.u32(number);
  return finish(std::move(writer));
}

}  // namespace

Request read_experimenter(Incoming& in) {
  const uint32_t experimenter = in.body.u32();
  if (experimenter == kNiciraId) return read_nicira(NiciraType{in.body.u32()}, in);
  if (experimenter == kOnfId) return read_onf(OnfType{in.body.u32()}, in);
  throw OfFault(OfFaultKind::kBadExperimenter, "this experimenter is not known");
}

NiciraMatch read_nicira_match(WireReader& reader, size_t size) {
  NiciraMatch match;
  match.match = read_match_entries(reader.part(size, OfFaultKind::kBadMatchLength), &match.cookie);
  reader.skip((8 - size % 8) % 8);
  return match;
}

uint16_t write_nicira_match(const Match& match, Cookie cookie, WireWriter& writer) {
  const size_t start = writer.size();
  write_match_entries(match, OfVersion::k10, true, writer);
  if (cookie.mask) {
    writer.u16(kCookieId.of_class);
    writer.u8(kCookieId.number << 1 | 1);
    writer.u8(16);
    writer.u64(cookie.value);
    writer.u64(cookie.mask);
  }
  const size_t size = writer.size() - start;
  writer.pad_to(8, start);
  return static_cast<uint16_t>(size);
}

Bytes write(const SetFlowFormat& message, Frame frame) {
  return write_number(NiciraType::kSetFlowFormat, message.nicira ? kFlowFormatNxm : kFormatV10, frame);
}

Bytes write(const UseTableIds& message, Frame frame) {
  WireWriter writer = begin_nicira(NiciraType::kFlowModTableId, frame);
  writer.u8(message.enabled);
  writer.zeros(7);
  return finish(std::move(writer));
}

Bytes write(const SetPacketInFormat& message, Frame frame) {
  const uint32_t format = message.nicira ? kPacketInFormatNicira : kFormatV10;
  return write_number(NiciraType::kSetPacketInFormat, format, frame);
}

Bytes write(const SetControllerId& message, Frame frame) {
  WireWriter writer = begin_nicira(NiciraType::kSetControllerId, frame);
  writer.zeros(6);
  writer.u16(message.id);
  return finish(std::move(writer));
}

}  // namespace flowbed::sw::ofp
