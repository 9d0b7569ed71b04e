#include "switchd/openflow/fault_codec.hh"

#include <iterator>

namespace flowbed::sw {
namespace {

// What 1.0 has no error for: of matches and instructions, an unknown subtype (they come in a vendor's message
// there); of groups, tables and meters, an unknown message.
struct Row {
  OfFaultKind kind;
  ErrorCode v10, v13;
  std::optional<ErrorCode> v14 = {};  // where it is not 1.3's
};

using enum OfFaultKind;
constexpr Row kRows[] = {
    // clang-format off
    {kHelloIncompatible, {0, 0}, {0, 0}},
    {kBadVersion, {1, 0}, {1, 0}},
    {kBadType, {1, 1}, {1, 1}},
    {kBadMultipart, {1, 2}, {1, 2}},
    {kBadExperimenter, {1, 3}, {1, 3}},
    {kBadExperimenterType, {1, 4}, {1, 4}},
    {kEpermission, {1, 5}, {1, 5}},
    {kBadLength, {1, 6}, {1, 6}},
    {kBufferEmpty, {1, 7}, {1, 7}},
    {kBufferUnknown, {1, 8}, {1, 8}},
    {kBadTableId, {3, 5}, {1, 9}},
    {kIsSlave, {1, 5}, {1, 10}},
    {kBadRequestPort, {4, 0}, {1, 11}},
    {kBadPacket, {1, 6}, {1, 12}},
    {kMultipartBufferOverflow, {1, 6}, {1, 13}},
    {kBadActionType, {2, 0}, {2, 0}},
    {kBadActionLength, {2, 1}, {2, 1}},
    {kBadActionExperimenter, {2, 2}, {2, 2}},
    {kBadActionExperimenterType, {2, 3}, {2, 3}},
    {kBadOutPort, {2, 4}, {2, 4}},
    {kBadActionArgument, {2, 5}, {2, 5}},
    {kTooManyActions, {2, 7}, {2, 7}},
    {kBadQueueInAction, {2, 8}, {2, 8}},
    {kBadOutGroup, {2, 5}, {2, 9}},
    {kInconsistentMatch, {2, 5}, {2, 10}},
    {kUnsupportedOrder, {3, 5}, {2, 11}},
    {kBadTag, {2, 5}, {2, 12}},
    {kBadSetType, {2, 5}, {2, 13}},
    {kBadSetLength, {2, 1}, {2, 14}},
    {kBadSetArgument, {2, 5}, {2, 15}},
    {kUnknownInstruction, {1, 4}, {3, 0}},
    {kUnsupportedInstruction, {1, 4}, {3, 1}},
    {kBadInstructionTable, {1, 4}, {3, 2}},
    {kUnsupportedMetadata, {1, 4}, {3, 3}},
    {kUnsupportedMetadataMask, {1, 4}, {3, 4}},
    {kBadInstructionExperimenter, {1, 3}, {3, 5}},
    {kBadInstructionLength, {1, 6}, {3, 7}},
    {kDuplicateInstruction, {1, 4}, {3, 9}},
    {kBadMatchType, {1, 4}, {4, 0}},
    {kBadMatchLength, {1, 6}, {4, 1}},
    {kBadMatchTag, {1, 4}, {4, 2}},
    {kBadDataLinkMask, {1, 4}, {4, 3}},
    {kBadNetworkMask, {1, 4}, {4, 4}},
    {kBadMatchWildcards, {1, 4}, {4, 5}},
    {kBadMatchField, {1, 4}, {4, 6}},
    {kBadMatchValue, {1, 4}, {4, 7}},
    {kBadMatchMask, {1, 4}, {4, 8}},
    {kBadMatchPrerequisite, {1, 4}, {4, 9}},
    {kDuplicateMatchField, {1, 4}, {4, 10}},
    {kFlowModUnknown, {3, 5}, {5, 0}},
    {kTableFull, {3, 0}, {5, 1}},
    {kFlowModBadTable, {3, 5}, {5, 2}},
    {kOverlap, {3, 1}, {5, 3}},
    {kFlowModEperm, {3, 2}, {5, 4}},
    {kBadTimeout, {3, 3}, {5, 5}},
    {kBadFlowCommand, {3, 4}, {5, 6}},
    {kBadFlowFlags, {3, 5}, {5, 7}},
    {kCantSync, {3, 5}, {5, 0}, ErrorCode{5, 8}},
    {kBadFlowPriority, {3, 5}, {5, 0}, ErrorCode{5, 9}},
    {kGroupExists, {1, 1}, {6, 0}},
    {kInvalidGroup, {1, 1}, {6, 1}},
    {kOutOfGroups, {1, 1}, {6, 3}},
    {kOutOfBuckets, {1, 1}, {6, 4}},
    {kChainingUnsupported, {1, 1}, {6, 5}},
    {kWatchUnsupported, {1, 1}, {6, 6}},
    {kGroupLoop, {1, 1}, {6, 7}},
    {kUnknownGroup, {1, 1}, {6, 8}},
    {kChainedGroup, {1, 1}, {6, 9}},
    {kBadGroupType, {1, 1}, {6, 10}},
    {kBadGroupCommand, {1, 1}, {6, 11}},
    {kBadBucket, {1, 1}, {6, 12}},
    {kBadWatch, {1, 1}, {6, 13}},
    {kPortModBadPort, {4, 0}, {7, 0}},
    {kPortModBadHardwareAddress, {4, 1}, {7, 1}},
    {kPortModBadConfig, {1, 5}, {7, 2}},
    {kPortModBadAdvertise, {1, 5}, {7, 3}},
    {kTableModBadTable, {1, 1}, {8, 0}},
    {kTableModBadConfig, {1, 1}, {8, 1}},
    {kQueueBadPort, {5, 0}, {9, 0}},
    {kQueueBadQueue, {5, 1}, {9, 1}},
    {kSwitchConfigBadFlags, {1, 5}, {10, 0}},
    {kSwitchConfigBadLength, {1, 6}, {10, 1}},
    {kRoleStale, {1, 5}, {11, 0}},
    {kRoleUnsupported, {1, 5}, {11, 1}},
    {kRoleBadRole, {1, 5}, {11, 2}},
    {kMeterExists, {1, 1}, {12, 1}},
    {kInvalidMeter, {1, 1}, {12, 2}},
    {kUnknownMeter, {1, 1}, {12, 3}},
    {kBadMeterCommand, {1, 1}, {12, 4}},
    {kBadMeterFlags, {1, 1}, {12, 5}},
    {kBadRate, {1, 1}, {12, 6}},
    {kBadBurst, {1, 1}, {12, 7}},
    {kBadBand, {1, 1}, {12, 8}},
    {kBadBandValue, {1, 1}, {12, 9}},
    {kOutOfMeters, {1, 1}, {12, 10}},
    {kOutOfBands, {1, 1}, {12, 11}},
    {kTableFeaturesBadTable, {1, 1}, {13, 0}},
    {kTableFeaturesBadMetadata, {1, 1}, {13, 1}},
    {kTableFeaturesBadType, {1, 1}, {13, 2}},
    {kTableFeaturesBadLength, {1, 1}, {13, 3}},
    {kTableFeaturesBadArgument, {1, 1}, {13, 4}},
    {kAsyncInvalid, {1, 5}, {1, 5}, ErrorCode{15, 0}},
    {kAsyncUnsupported, {1, 5}, {1, 5}, ErrorCode{15, 1}},
    {kBundleUnknown, {1, 4}, {1, 4}, ErrorCode{17, 0}},
    {kBundleBadId, {1, 4}, {1, 4}, ErrorCode{17, 2}},
    {kBundleExists, {1, 4}, {1, 4}, ErrorCode{17, 3}},
    {kBundleClosed, {1, 4}, {1, 4}, ErrorCode{17, 4}},
    {kOutOfBundles, {1, 4}, {1, 4}, ErrorCode{17, 5}},
    {kBundleBadType, {1, 4}, {1, 4}, ErrorCode{17, 6}},
    {kBundleBadFlags, {1, 4}, {1, 4}, ErrorCode{17, 7}},
    {kBundleBadMessageLength, {1, 4}, {1, 4}, ErrorCode{17, 8}},
    {kBundleBadMessageXid, {1, 4}, {1, 4}, ErrorCode{17, 9}},
    {kBundleUnsupportedMessage, {1, 4}, {1, 4}, ErrorCode{17, 10}},
    {kBundleMessageConflict, {1, 4}, {1, 4}, ErrorCode{17, 11}},
    {kBundleTooManyMessages, {1, 4}, {1, 4}, ErrorCode{17, 12}},
    {kBundleMessageFailed, {1, 4}, {1, 4}, ErrorCode{17, 13}},
    // clang-format on
};

constexpr bool all_stand_at_their_number() {
  for (size_t i = 0; i < std::size(kRows); i++) {
    if (kRows[i].kind != static_cast<OfFaultKind>(i)) return false;
  }
  return true;
}
static_assert(all_stand_at_their_number());
static_assert(kRows[std::size(kRows) - 1].kind == kBundleMessageFailed, "the last one");

}  // namespace

ErrorCode error_code(OfFaultKind fault, OfVersion version) {
  const Row& row = kRows[static_cast<size_t>(fault)];
  if (version == OfVersion::k10) return row.v10;
  return version == OfVersion::k14 && row.v14 ? *row.v14 : row.v13;
}

}  // namespace flowbed::sw
