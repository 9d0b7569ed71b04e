// Changes of rules, and packets that a controller sends.
#include "switchd/openflow/message_codec.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr uint16_t kEmergencyV10 = 1 << 2;
constexpr uint16_t kFlagsV10 = kFlowSendRemoved | kFlowCheckOverlap;
constexpr uint16_t kFlagsV13 = kFlagsV10 | kFlowResetCounts | kFlowNoPacketCounts | kFlowNoByteCounts;

FlowMod::Command read_command(uint8_t number) {
  if (number > static_cast<uint8_t>(FlowMod::Command::kDeleteStrict))
    throw OfFault(OfFaultKind::kBadFlowCommand, "there is no such command for flows");
  return FlowMod::Command{number};
}

uint16_t read_flags_v13(uint16_t flags) {
  if (flags & ~kFlagsV13) throw OfFault(OfFaultKind::kBadFlowFlags, "there is no such flag for flows");
  return flags;
}

bool deletes(const FlowMod& mod) {
  return mod.command == FlowMod::Command::kDelete || mod.command == FlowMod::Command::kDeleteStrict;
}

void read_timeouts(WireReader& body, FlowMod& mod) {
  mod.idle_timeout = body.u16();
  mod.hard_timeout = body.u16();
  mod.priority = body.u16();
  mod.buffer = body.u32();
}

void write_timeouts(const FlowMod& mod, WireWriter& writer) {
  writer.u16(mod.idle_timeout);
  writer.u16(mod.hard_timeout);
  writer.u16(mod.priority);
  writer.u32(mod.buffer);
}

FlowMod read_v10(Incoming& in) {
  FlowMod mod{.modify_adds = true};
  mod.match = read_match(in.body, in.version);
  mod.cookie = in.body.u64();
  set_command(in.body.u16(), in.dialect, mod);
  read_timeouts(in.body, mod);
  mod.out_port = read_port(in.body, in.version);
  mod.flags = read_flow_flags_v10(in.body.u16());
  mod.instructions = read_apply(in.rest());
  return mod;
}

FlowMod read_v13(Incoming& in) {
  FlowMod mod;
  mod.cookie = in.body.u64();
  mod.cookie_mask = in.body.u64();
  mod.table = in.body.u8();
  mod.command = read_command(in.body.u8());
  read_timeouts(in.body, mod);
  mod.out_port = read_port(in.body, in.version);
  mod.out_group = in.body.u32();
  mod.flags = read_flags_v13(in.body.u16());
  const uint16_t importance = in.body.u16();
  if (in.is(OfVersion::k14)) mod.importance = importance;
  mod.match = read_match(in.body, in.version);
  mod.instructions = read_instructions(in.rest(), in.version);
  return mod;
}

Bytes write_v10(const FlowMod& mod, Frame frame) {
  WireWriter writer = begin(MessageType::kFlowMod, frame);
  write_match(mod.match, frame.version, writer);
  writer.u64(mod.cookie);
  const uint8_t table = frame.dialect.table_ids ? mod.table : 0;
  writer.u16(static_cast<uint16_t>(table << 8 | static_cast<uint8_t>(mod.command)));
  write_timeouts(mod, writer);
  write_port(mod.out_port, frame.version, writer);
  writer.u16(mod.flags & kFlagsV10);
  write_actions(mod.instructions.apply, frame.version, writer);
  return finish(std::move(writer));
}

Bytes write_v13(const FlowMod& mod, Frame frame) {
  WireWriter writer = begin(MessageType::kFlowMod, frame);
  writer.u64(mod.cookie);
  writer.u64(mod.cookie_mask);
  writer.u8(mod.table);
  writer.u8(static_cast<uint8_t>(mod.command));
  write_timeouts(mod, writer);
  write_port(mod.out_port, frame.version, writer);
  writer.u32(mod.out_group);
  writer.u16(mod.flags);
  writer.u16(frame.is(OfVersion::k14) ? mod.importance : 0);
  write_match(mod.match, frame.version, writer);
  write_instructions(mod.instructions, frame.version, writer);
  return finish(std::move(writer));
}

}  // namespace

// Where commands carry no table, a rule is added to the first one, and the others are looked for in all.
void set_command(uint16_t command, Dialect dialect, FlowMod& mod) {
  if (!dialect.table_ids && command > 0xff)
    throw OfFault(OfFaultKind::kBadFlowCommand, "there is no such command for flows");
  mod.command = read_command(static_cast<uint8_t>(command));
  mod.table = dialect.table_ids ? static_cast<uint8_t>(command >> 8) : kTableAll;
  if (mod.command == FlowMod::Command::kAdd && mod.table == kTableAll) mod.table = 0;
}

// There are no emergency flows, and 1.0.1 says that there need not be: their table counts as full.
uint16_t read_flow_flags_v10(uint16_t flags) {
  if (flags & kEmergencyV10) throw OfFault(OfFaultKind::kTableFull, "there is no emergency flow table");
  if (flags & ~kFlagsV10) throw OfFault(OfFaultKind::kBadFlowFlags, "there is no such flag for flows");
  return flags;
}

Instructions read_apply(WireReader actions) {
  Instructions instructions{.apply = read_actions(actions, OfVersion::k10)};
  instructions.has_apply = !instructions.apply.empty();
  return instructions;
}

FlowMod read_flow_mod(Incoming& in) {
  FlowMod mod = in.is(OfVersion::k10) ? read_v10(in) : read_v13(in);
  if (deletes(mod)) return mod;
  mod.out_port = kOfPortAny;
  mod.out_group = kGroupAny;
  return mod;
}

Bytes write(const FlowMod& message, Frame frame) {
  return frame.is(OfVersion::k10) ? write_v10(message, frame) : write_v13(message, frame);
}

PacketOut read_packet_out(Incoming& in) {
  PacketOut out;
  out.buffer = in.body.u32();
  out.in_port = read_port(in.body, in.version);
  const uint16_t size = in.body.u16();
  if (!in.is(OfVersion::k10)) in.body.skip(6);
  out.actions = read_actions(in.body.part(size), in.version);
  out.frame = in.rest_bytes();
  if (out.buffer != kNoBuffer) out.frame.clear();
  return out;
}

Bytes write(const PacketOut& message, Frame frame) {
  WireWriter writer = begin(MessageType::kPacketOut, frame);
  writer.u32(message.buffer);
  write_port(message.in_port, frame.version, writer);
  const size_t size_at = writer.size();
  writer.zeros(frame.is(OfVersion::k10) ? 2 : 8);
  const size_t start = writer.size();
  write_actions(message.actions, frame.version, writer);
  close_length(writer, start, size_at);
  writer.bytes(message.frame);
  return finish(std::move(writer));
}

}  // namespace flowbed::sw::ofp
