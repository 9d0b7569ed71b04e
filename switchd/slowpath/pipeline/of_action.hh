// Actions of OpenFlow, all versions' in one: what messages and flow syntax say, and what the pipeline runs.
// Those of OpenFlow 1.0 and of Nicira that newer ones can express are those: 1.0's SET_NW_SRC is a SetField.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "switchd/flow/fields.hh"
#include "switchd/slowpath/pipeline/match.hh"

namespace flowbed::sw {

// Reserved port numbers, as from OpenFlow 1.1 on. Those of 1.0 have 16 bits and are widened by the codec.
inline constexpr OfPort kOfPortMax{0xffffff00};
inline constexpr OfPort kOfPortUnset{0xfffffff7};
inline constexpr OfPort kOfPortInPort{0xfffffff8};
inline constexpr OfPort kOfPortTable{0xfffffff9};
inline constexpr OfPort kOfPortNormal{0xfffffffa};
inline constexpr OfPort kOfPortFlood{0xfffffffb};
inline constexpr OfPort kOfPortAll{0xfffffffc};
inline constexpr OfPort kOfPortController{0xfffffffd};
inline constexpr OfPort kOfPortLocal{0xfffffffe};
inline constexpr OfPort kOfPortAny{0xffffffff};  // 1.0 calls it NONE

inline constexpr uint32_t kGroupMax = 0xffffff00, kGroupAll = 0xfffffffc, kGroupAny = 0xffffffff;
inline constexpr uint32_t kMeterMax = 0xffff0000, kMeterSlowPath = 0xfffffffd, kMeterController = 0xfffffffe,
                          kMeterAll = 0xffffffff;
inline constexpr uint8_t kTableAll = 0xff, kMaxTable = 253;
inline constexpr uint32_t kNoBuffer = 0xffffffff;
inline constexpr uint16_t kWholePacket = 0xffff;  // as max_len

enum class PacketInReason : uint8_t {  // as in OpenFlow 1.4
  kTableMiss = 0,
  kApplyAction = 1,
  kInvalidTtl = 2,
  kActionSet = 3,
  kGroup = 4,
  kPacketOut = 5,
};

struct OfAction;
using OfActions = std::vector<OfAction>;

// Bits `offset` … `offset + count - 1` of a field, the lowest being 0.
struct FieldSlice {
  const Field* field;
  unsigned offset = 0, count = 0;
  bool operator==(const FieldSlice&) const = default;
};

namespace of {
struct Output {
  OfPort port;
  uint16_t max_len = kWholePacket;  // to the controller
  bool operator==(const Output&) const = default;
};
struct Enqueue {  // 1.0: output by a queue
  OfPort port;
  uint32_t queue;
  bool operator==(const Enqueue&) const = default;
};
struct SetField {
  const Field* field;
  FieldValue value, mask;
  bool operator==(const SetField&) const = default;
};
// 1.0: gives an untagged packet a tag first. Priority and id keep the other's bits.
struct SetVlanVid {
  uint16_t vid;
  bool operator==(const SetVlanVid&) const = default;
};
struct SetVlanPcp {
  uint8_t pcp;
  bool operator==(const SetVlanPcp&) const = default;
};
// 1.0's SET_TP_SRC and SET_TP_DST: of TCP or UDP, as the packet has it.
struct SetTransport {
  bool source;
  uint16_t port;
  bool operator==(const SetTransport&) const = default;
};
struct PushVlan {
  uint16_t eth_type;
  bool operator==(const PushVlan&) const = default;
};
struct PopVlan {
  bool operator==(const PopVlan&) const = default;
};
struct PushMpls {
  uint16_t eth_type;
  bool operator==(const PushMpls&) const = default;
};
struct PopMpls {
  uint16_t eth_type;  // of what is below
  bool operator==(const PopMpls&) const = default;
};
struct PushPbb {
  uint16_t eth_type;
  bool operator==(const PushPbb&) const = default;
};
struct PopPbb {
  bool operator==(const PopPbb&) const = default;
};
struct SetTtl {
  uint8_t ttl;
  bool operator==(const SetTtl&) const = default;
};
struct DecrementTtl {
  std::vector<uint16_t> controllers =
      {};  // Nicira: whom an invalid TTL is told; empty: those that ask for it
  bool operator==(const DecrementTtl&) const = default;
};
struct SetMplsTtl {
  uint8_t ttl;
  bool operator==(const SetMplsTtl&) const = default;
};
struct DecrementMplsTtl {
  bool operator==(const DecrementMplsTtl&) const = default;
};
struct CopyTtlOut {
  bool operator==(const CopyTtlOut&) const = default;
};
struct CopyTtlIn {
  bool operator==(const CopyTtlIn&) const = default;
};
struct Group {
  uint32_t id;
  bool operator==(const Group&) const = default;
};
struct SetQueue {
  uint32_t queue;
  bool operator==(const SetQueue&) const = default;
};

// Nicira's, as courses use them.
struct PopQueue {
  bool operator==(const PopQueue&) const = default;
};
struct Controller {
  uint16_t max_len = kWholePacket;
  uint16_t id = 0;
  PacketInReason reason = PacketInReason::kApplyAction;
  bool operator==(const Controller&) const = default;
};
struct Move {
  FieldSlice from, to;  // of equal counts
  bool operator==(const Move&) const = default;
};
struct Load {  // also reg_load and set_tunnel
  FieldSlice to;
  FieldValue value;
  bool operator==(const Load&) const = default;
};
struct OutputField {  // output:NXM_NX_REG0[0..15]
  FieldSlice from;
  uint16_t max_len = kWholePacket;
  bool operator==(const OutputField&) const = default;
};
struct Resubmit {
  std::optional<OfPort> port = {};    // none: as it is
  std::optional<uint8_t> table = {};  // none: the same
  bool operator==(const Resubmit&) const = default;
};
struct Note {
  std::vector<uint8_t> bytes;
  bool operator==(const Note&) const = default;
};
struct Conjunction {
  uint32_t id;
  uint8_t clause, clauses;  // from 0; 2 … 64
  bool operator==(const Conjunction&) const = default;
};
// Once a TCP packet with FIN or RST has met the rule, it stays for no longer than this.
struct FinTimeout {
  uint16_t idle_timeout = 0, hard_timeout = 0;  // s; 0: as it was
  bool operator==(const FinTimeout&) const = default;
};
struct Exit {
  bool operator==(const Exit&) const = default;
};

// One piece of the rule that `Learn` makes: what it matches, or sets, or where it outputs.
struct LearnSpec {
  enum class Destination : uint8_t { kMatch, kLoad, kOutput };
  std::optional<FieldSlice> from = {};  // of the packet; none: `value`
  FieldValue value = 0;
  Destination destination;
  FieldSlice to = {};  // kOutput: only `count` counts
  bool operator==(const LearnSpec&) const = default;
};
struct Learn {
  uint16_t idle_timeout = 0, hard_timeout = 0;  // s
  uint16_t priority = 0x8000;
  uint64_t cookie = 0;
  uint16_t flags = 0;  // kLearn…
  uint8_t table = 0;
  uint16_t fin_idle_timeout = 0, fin_hard_timeout = 0;  // s, once a FIN or RST was seen
  std::vector<LearnSpec> specs;
  bool operator==(const Learn&) const = default;
};
}  // namespace of

// Flags of Learn.
inline constexpr uint16_t kLearnSendRemoved = 1, kLearnDeleteLearned = 2;

struct OfAction
    : std::variant<of::Output, of::Enqueue, of::SetField, of::SetVlanVid, of::SetVlanPcp, of::SetTransport,
                   of::PushVlan, of::PopVlan, of::PushMpls, of::PopMpls, of::PushPbb, of::PopPbb, of::SetTtl,
                   of::DecrementTtl, of::SetMplsTtl, of::DecrementMplsTtl, of::CopyTtlOut, of::CopyTtlIn,
                   of::Group, of::SetQueue, of::PopQueue, of::Controller, of::Move, of::Load, of::OutputField,
                   of::Resubmit, of::Note, of::Conjunction, of::FinTimeout, of::Exit, of::Learn> {
  using variant::variant;
};

struct WriteMetadata {
  uint64_t value, mask;
  bool operator==(const WriteMetadata&) const = default;
};

// In the order in which they run. OpenFlow 1.0's actions are `apply`.
struct Instructions {
  std::optional<uint32_t> meter = {};
  OfActions apply = {};
  bool has_apply = false;  // an empty list was given: it is shown, and does nothing
  bool clear = false;
  OfActions write = {};
  bool has_write = false;
  std::optional<WriteMetadata> metadata = {};
  std::optional<uint8_t> goto_table = {};
  bool operator==(const Instructions&) const = default;
};

}  // namespace flowbed::sw
