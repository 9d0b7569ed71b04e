// What a switch tells on its own about packets and rules.
#include "switchd/openflow/message_codec.hh"

namespace flowbed::sw::ofp {
namespace {

// Older versions know only that actions, or a controller, did it.
uint8_t reason_number(PacketInReason reason, OfVersion version) {
  const bool known = version == OfVersion::k14 || reason <= PacketInReason::kInvalidTtl;
  return static_cast<uint8_t>(known ? reason : PacketInReason::kApplyAction);
}

uint8_t reason_number(RemovedReason reason, OfVersion version) {
  const RemovedReason last = version == OfVersion::k10   ? RemovedReason::kDelete
                             : version == OfVersion::k13 ? RemovedReason::kGroupDelete
                                                         : RemovedReason::kEviction;
  return static_cast<uint8_t>(reason <= last ? reason : RemovedReason::kDelete);
}

OfPort in_port_of(const Match& match) {
  const Field& field = field_named("in_port");
  if (read_field(field, match.mask) == 0) return kOfPortAny;
  return OfPort{static_cast<uint32_t>(read_field(field, match.key))};
}

Bytes write_packet_in_v10(const PacketIn& packet, Frame frame) {
  WireWriter writer = begin(MessageType::kPacketIn, frame);
  writer.u32(packet.buffer);
  writer.u16(packet.total_size);
  write_port(in_port_of(packet.match), frame.version, writer);
  writer.u8(reason_number(packet.reason, frame.version));
  writer.u8(0);
  writer.bytes(packet.frame);
  return finish(std::move(writer));
}

// What 1.3's and Nicira's have in common.
void write_origin(const PacketIn& packet, OfVersion version, WireWriter& writer) {
  writer.u32(packet.buffer);
  writer.u16(packet.total_size);
  writer.u8(reason_number(packet.reason, version));
  writer.u8(packet.table);
  writer.u64(packet.cookie);
}

Bytes write_packet_in_v13(const PacketIn& packet, Frame frame) {
  WireWriter writer = begin(MessageType::kPacketIn, frame);
  write_origin(packet, frame.version, writer);
  write_match(packet.match, frame.version, writer);
  writer.zeros(2);
  writer.bytes(packet.frame);
  return finish(std::move(writer));
}

Bytes write_packet_in_nicira(const PacketIn& packet, Frame frame) {
  WireWriter writer = begin_nicira(NiciraType::kPacketIn, frame);
  write_origin(packet, frame.version, writer);
  const size_t size_at = writer.size();
  writer.zeros(8);
  writer.put_u16(size_at, write_nicira_match(packet.match, {}, writer));
  writer.zeros(2);
  writer.bytes(packet.frame);
  return finish(std::move(writer));
}

Bytes write_removed_v10(const FlowRemoved& rule, Frame frame) {
  WireWriter writer = begin(MessageType::kFlowRemoved, frame);
  write_match(rule.match, frame.version, writer);
  writer.u64(rule.cookie);
  writer.u16(rule.priority);
  writer.u8(reason_number(rule.reason, frame.version));
  writer.u8(0);
  write_age(rule.age, writer);
  writer.u16(rule.idle_timeout);
  writer.zeros(2);
  writer.u64(rule.packets);
  writer.u64(rule.bytes);
  return finish(std::move(writer));
}

// Of Nicira's, `table` counts from 1.
void write_removed(const FlowRemoved& rule, OfVersion version, uint8_t table, WireWriter& writer) {
  writer.u64(rule.cookie);
  writer.u16(rule.priority);
  writer.u8(reason_number(rule.reason, version));
  writer.u8(table);
  write_age(rule.age, writer);
  writer.u16(rule.idle_timeout);
}

Bytes write_removed_v13(const FlowRemoved& rule, Frame frame) {
  WireWriter writer = begin(MessageType::kFlowRemoved, frame);
  write_removed(rule, frame.version, rule.table, writer);
  writer.u16(rule.hard_timeout);
  writer.u64(rule.packets);
  writer.u64(rule.bytes);
  write_match(rule.match, frame.version, writer);
  return finish(std::move(writer));
}

Bytes write_removed_nicira(const FlowRemoved& rule, Frame frame) {
  WireWriter writer = begin_nicira(NiciraType::kFlowRemoved, frame);
  write_removed(rule, frame.version, static_cast<uint8_t>(rule.table + 1), writer);
  const size_t size_at = writer.size();
  writer.u16(0);
  writer.u64(rule.packets);
  writer.u64(rule.bytes);
  writer.put_u16(size_at, write_nicira_match(rule.match, {}, writer));
  return finish(std::move(writer));
}

}  // namespace

Bytes write(const PacketIn& message, Frame frame) {
  if (!frame.is(OfVersion::k10)) return write_packet_in_v13(message, frame);
  return message.nicira ? write_packet_in_nicira(message, frame) : write_packet_in_v10(message, frame);
}

Bytes write(const FlowRemoved& message, Frame frame) {
  if (!frame.is(OfVersion::k10)) return write_removed_v13(message, frame);
  return message.nicira ? write_removed_nicira(message, frame) : write_removed_v10(message, frame);
}

}  // namespace flowbed::sw::ofp
