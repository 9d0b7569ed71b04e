// The numbers that messages and multipart messages have in each version.
#pragma once

#include <cstdint>
#include <optional>

#include "switchd/openflow/version.hh"

namespace flowbed::sw::ofp {

enum class MessageType : uint8_t {
  kHello,
  kError,
  kEchoRequest,
  kEchoReply,
  kExperimenter,
  kFeaturesRequest,
  kFeaturesReply,
  kGetConfigRequest,
  kGetConfigReply,
  kSetConfig,
  kPacketIn,
  kFlowRemoved,
  kPortStatus,
  kPacketOut,
  kFlowMod,
  kGroupMod,
  kPortMod,
  kTableMod,
  kMultipartRequest,
  kMultipartReply,
  kBarrierRequest,
  kBarrierReply,
  kQueueConfigRequest,
  kQueueConfigReply,
  kRoleRequest,
  kRoleReply,
  kGetAsyncRequest,
  kGetAsyncReply,
  kSetAsync,
  kMeterMod,
  kRoleStatus,
  kTableStatus,
  kRequestForward,
  kBundleControl,
  kBundleAdd,
};

// None: the version has no such message.
std::optional<MessageType> message_type(OfVersion version, uint8_t number);
std::optional<uint8_t> message_number(OfVersion version, MessageType type);

// As on the wire, in every version that has them.
enum class Multipart : uint16_t {
  kDesc = 0,
  kFlow = 1,
  kAggregate = 2,
  kTable = 3,
  kPort = 4,
  kQueue = 5,
  kGroup = 6,
  kGroupDesc = 7,
  kGroupFeatures = 8,
  kMeter = 9,
  kMeterConfig = 10,
  kMeterFeatures = 11,
  kTableFeatures = 12,
  kPortDesc = 13,  // 1.0 as Open vSwitch has it, for a features reply does not hold many ports
  kTableDesc = 14,
  kQueueDesc = 15,
  kExperimenter = 0xffff,
};
bool has_multipart(OfVersion version, Multipart type);
inline constexpr uint16_t kMultipartMore = 1;  // flag, of requests and replies

inline constexpr uint32_t kNiciraId = 0x00002320, kOnfId = 0x4f4e4600;
enum class NiciraType : uint32_t {
  kRoleRequest = 10,
  kRoleReply = 11,
  kSetFlowFormat = 12,
  kFlowMod = 13,
  kFlowRemoved = 14,
  kFlowModTableId = 15,
  kSetPacketInFormat = 16,
  kPacketIn = 17,
  kSetAsyncConfig = 19,
  kSetControllerId = 20,
};
enum class NiciraStats : uint32_t { kFlow = 0, kAggregate = 1 };
enum class OnfType : uint32_t { kBundleControl = 2300, kBundleAdd = 2301 };

}  // namespace flowbed::sw::ofp
