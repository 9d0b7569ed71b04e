// Which notifications a controller is told.
#include "switchd/openflow/message_codec.hh"
#include "switchd/openflow/properties.hh"

namespace flowbed::sw::ofp {
namespace {

// 1.4's types of properties: the slaves' mask, then the masters'.
constexpr AsyncMask AsyncConfig::*kMasks[] = {&AsyncConfig::packet_in,    &AsyncConfig::port_status,
                                              &AsyncConfig::flow_removed, &AsyncConfig::role_status,
                                              &AsyncConfig::table_status, &AsyncConfig::request_forward};

// What 1.4 tells apart and older versions do not, by reason.
constexpr uint32_t bits(auto... reasons) { return ((1u << static_cast<unsigned>(reasons)) | ...); }
constexpr uint32_t kOtherActions =
    bits(PacketInReason::kActionSet, PacketInReason::kGroup, PacketInReason::kPacketOut);
constexpr uint32_t kOtherDeletes = bits(RemovedReason::kMeterDelete, RemovedReason::kEviction);

uint32_t widen_packet_in(uint32_t mask) {
  return mask & bits(PacketInReason::kApplyAction) ? mask | kOtherActions : mask & ~kOtherActions;
}
uint32_t widen_flow_removed(uint32_t mask) {
  return mask & bits(RemovedReason::kDelete) ? mask | kOtherDeletes : mask & ~kOtherDeletes;
}

AsyncMask read_pair(WireReader& body) {
  AsyncMask mask;
  mask.master = body.u32();
  mask.slave = body.u32();
  return mask;
}

void write_pair(const AsyncMask& mask, uint32_t known, WireWriter& writer) {
  writer.u32(mask.master.value_or(0) & known);
  writer.u32(mask.slave.value_or(0) & known);
}

void write_masks(const AsyncConfig& config, WireWriter& writer) {
  write_pair(config.packet_in, ~kOtherActions, writer);
  write_pair(config.port_status, ~0u, writer);
  write_pair(config.flow_removed, ~kOtherDeletes, writer);
}

AsyncConfig read_async_properties(WireReader& body) {
  AsyncConfig config;
  read_properties(body, OfFaultKind::kBadLength, [&](uint16_t type, WireReader content) {
    if (type / 2u >= std::size(kMasks))
      throw OfFault(OfFaultKind::kAsyncUnsupported, "there is no such mask");
    AsyncMask& mask = config.*kMasks[type / 2];
    (type % 2 ? mask.master : mask.slave) = content.u32();
  });
  return config;
}

void write_async_properties(const AsyncConfig& config, WireWriter& writer) {
  for (uint16_t i = 0; i < 2 * std::size(kMasks); i++) {
    const AsyncMask& mask = config.*kMasks[i / 2];
    const auto& value = i % 2 ? mask.master : mask.slave;
    if (value) write_property(i, writer, [&](WireWriter& w) { w.u32(*value); });
  }
}

Bytes write_config(MessageType type, const AsyncConfig& config, Frame frame) {
  WireWriter writer = begin(type, frame);
  if (frame.is(OfVersion::k14))
    write_async_properties(config, writer);
  else
    write_masks(config, writer);
  return finish(std::move(writer));
}

}  // namespace

AsyncConfig read_async_masks(WireReader& body) {
  AsyncConfig config;
  config.packet_in = read_pair(body);
  config.port_status = read_pair(body);
  config.flow_removed = read_pair(body);
  for (auto AsyncMask::*who : {&AsyncMask::master, &AsyncMask::slave}) {
    config.packet_in.*who = widen_packet_in(*(config.packet_in.*who));
    config.flow_removed.*who = widen_flow_removed(*(config.flow_removed.*who));
  }
  return config;
}

SetAsync read_set_async(Incoming& in) {
  return {in.is(OfVersion::k14) ? read_async_properties(in.body) : read_async_masks(in.body)};
}

Bytes write(const GetAsync&, Frame frame) { return finish(begin(MessageType::kGetAsyncRequest, frame)); }

Bytes write(const SetAsync& message, Frame frame) {
  if (!frame.is(OfVersion::k10)) return write_config(MessageType::kSetAsync, message.config, frame);
  WireWriter writer = begin_nicira(NiciraType::kSetAsyncConfig, frame);
  write_masks(message.config, writer);
  return finish(std::move(writer));
}

Bytes write(const AsyncReply& message, Frame frame) {
  return write_config(MessageType::kGetAsyncReply, message.config, frame);
}

}  // namespace flowbed::sw::ofp
