// Changes of groups and meters.
#include "switchd/openflow/message_codec.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr uint16_t kAddOrModify = 0x8000;  // Open vSwitch's
constexpr uint16_t kMeterFlags =
    MeterConfig::kKbps | MeterConfig::kPktps | MeterConfig::kBurst | MeterConfig::kStats;

GroupMod::Command read_group_command(uint16_t number) {
  if (number == kAddOrModify) return GroupMod::Command::kAddOrModify;
  if (number > static_cast<uint16_t>(GroupMod::Command::kDelete))
    throw OfFault(OfFaultKind::kBadGroupCommand, "there is no such command for groups");
  return GroupMod::Command{static_cast<uint8_t>(number)};
}

GroupType read_group_type(uint8_t number) {
  if (number > static_cast<uint8_t>(GroupType::kFastFailover))
    throw OfFault(OfFaultKind::kBadGroupType, "there is no such type of groups");
  return GroupType{number};
}

MeterMod::Command read_meter_command(uint16_t number) {
  if (number > static_cast<uint16_t>(MeterMod::Command::kDelete))
    throw OfFault(OfFaultKind::kBadMeterCommand, "there is no such command for meters");
  return MeterMod::Command{static_cast<uint8_t>(number)};
}

}  // namespace

GroupMod read_group_mod(Incoming& in) {
  GroupMod mod;
  mod.command = read_group_command(in.body.u16());
  mod.type = read_group_type(in.body.u8());
  in.body.skip(1);
  mod.id = in.body.u32();
  mod.buckets = read_buckets(in.rest(), in.version);
  return mod;
}

Bytes write(const GroupMod& message, Frame frame) {
  WireWriter writer = begin(MessageType::kGroupMod, frame);
  const bool either = message.command == GroupMod::Command::kAddOrModify;
  writer.u16(either ? kAddOrModify : static_cast<uint16_t>(message.command));
  writer.u8(static_cast<uint8_t>(message.type));
  writer.u8(0);
  writer.u32(message.id);
  write_buckets(message.buckets, frame.version, writer);
  return finish(std::move(writer));
}

MeterMod read_meter_mod(Incoming& in) {
  MeterMod mod;
  mod.command = read_meter_command(in.body.u16());
  mod.meter.flags = in.body.u16();
  mod.meter.id = in.body.u32();
  mod.meter.bands = read_bands(in.rest());
  const bool counts = mod.command != MeterMod::Command::kDelete;
  if (counts && (mod.meter.flags & ~kMeterFlags))
    throw OfFault(OfFaultKind::kBadMeterFlags, "there is no such flag for meters");
  return mod;
}

Bytes write(const MeterMod& message, Frame frame) {
  WireWriter writer = begin(MessageType::kMeterMod, frame);
  writer.u16(static_cast<uint16_t>(message.command));
  writer.u16(message.meter.flags);
  writer.u32(message.meter.id);
  write_bands(message.meter.bands, writer);
  return finish(std::move(writer));
}

Bytes write(const RequestForward& message, Frame frame) {
  WireWriter writer = begin(MessageType::kRequestForward, frame);
  writer.bytes(std::visit([&](const auto& request) { return write(request, frame); }, message.request));
  return finish(std::move(writer));
}

}  // namespace flowbed::sw::ofp
