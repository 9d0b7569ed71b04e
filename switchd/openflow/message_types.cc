#include "switchd/openflow/message_types.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr int kNone = -1;
struct Row {
  MessageType type;
  int v10, v13, v14;
  int number(OfVersion version) const {
    return version == OfVersion::k10 ? v10 : version == OfVersion::k13 ? v13 : v14;
  }
};
constexpr Row kRows[] = {
    {MessageType::kHello, 0, 0, 0},
    {MessageType::kError, 1, 1, 1},
    {MessageType::kEchoRequest, 2, 2, 2},
    {MessageType::kEchoReply, 3, 3, 3},
    {MessageType::kExperimenter, 4, 4, 4},
    {MessageType::kFeaturesRequest, 5, 5, 5},
    {MessageType::kFeaturesReply, 6, 6, 6},
    {MessageType::kGetConfigRequest, 7, 7, 7},
    {MessageType::kGetConfigReply, 8, 8, 8},
    {MessageType::kSetConfig, 9, 9, 9},
    {MessageType::kPacketIn, 10, 10, 10},
    {MessageType::kFlowRemoved, 11, 11, 11},
    {MessageType::kPortStatus, 12, 12, 12},
    {MessageType::kPacketOut, 13, 13, 13},
    {MessageType::kFlowMod, 14, 14, 14},
    {MessageType::kGroupMod, kNone, 15, 15},
    {MessageType::kPortMod, 15, 16, 16},
    {MessageType::kTableMod, kNone, 17, 17},
    {MessageType::kMultipartRequest, 16, 18, 18},
    {MessageType::kMultipartReply, 17, 19, 19},
    {MessageType::kBarrierRequest, 18, 20, 20},
    {MessageType::kBarrierReply, 19, 21, 21},
    {MessageType::kQueueConfigRequest, 20, 22, kNone},
    {MessageType::kQueueConfigReply, 21, 23, kNone},
    {MessageType::kRoleRequest, kNone, 24, 24},
    {MessageType::kRoleReply, kNone, 25, 25},
    {MessageType::kGetAsyncRequest, kNone, 26, 26},
    {MessageType::kGetAsyncReply, kNone, 27, 27},
    {MessageType::kSetAsync, kNone, 28, 28},
    {MessageType::kMeterMod, kNone, 29, 29},
    {MessageType::kRoleStatus, kNone, kNone, 30},
    {MessageType::kTableStatus, kNone, kNone, 31},
    {MessageType::kRequestForward, kNone, kNone, 32},
    {MessageType::kBundleControl, kNone, kNone, 33},
    {MessageType::kBundleAdd, kNone, kNone, 34},
};

}  // namespace

std::optional<MessageType> message_type(OfVersion version, uint8_t number) {
  for (const Row& row : kRows)
    if (row.number(version) == number) return row.type;
  return std::nullopt;
}

std::optional<uint8_t> message_number(OfVersion version, MessageType type) {
  for (const Row& row : kRows)
    if (row.type == type && row.number(version) != kNone) return static_cast<uint8_t>(row.number(version));
  return std::nullopt;
}

bool has_multipart(OfVersion version, Multipart type) {
  if (type == Multipart::kExperimenter) return true;
  if (version == OfVersion::k10) return type <= Multipart::kQueue || type == Multipart::kPortDesc;
  return type <= (version == OfVersion::k13 ? Multipart::kPortDesc : Multipart::kQueueDesc);
}

}  // namespace flowbed::sw::ofp
