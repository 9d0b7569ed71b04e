// What a switch and a controller say about their conversation: versions, roles, what to tell, bundles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "switchd/openflow/port_messages.hh"
#include "switchd/openflow/table_messages.hh"
#include "switchd/slowpath/pipeline/requests.hh"

namespace flowbed::sw::ofp {

struct Hello {
  uint8_t version = 0;                  // of the message: the highest that its sender speaks
  std::optional<uint32_t> bitmap = {};  // bit n: speaks version n; none: not said
  bool operator==(const Hello&) const = default;
};

// As on the wire, for types and codes depend on the version; error_reply makes one of a fault.
struct ErrorMessage {
  uint16_t type = 0, code = 0;
  std::vector<uint8_t> data = {};  // at least 64 bytes of the request; a text, of a hello that failed
};

struct EchoRequest {
  std::vector<uint8_t> data = {};
};
struct EchoReply {
  std::vector<uint8_t> data = {};
};

// Bits of `capabilities`. 1.0 is told of those it knows.
inline constexpr uint32_t kFlowStats = 1 << 0, kTableStats = 1 << 1, kPortStats = 1 << 2,
                          kGroupStats = 1 << 3, kReassemble = 1 << 5, kQueueStats = 1 << 6,
                          kArpMatchIp = 1 << 7,  // 1.0
    kPortBlockedCapability = 1 << 8;
struct FeaturesRequest {};
struct FeaturesReply {
  uint64_t dpid = 0;
  uint32_t buffers = 0;
  uint8_t tables = 0;
  uint8_t auxiliary = 0;  // which connection it is, 0: the main one
  uint32_t capabilities = 0;
  std::vector<PhyPort> ports = {};  // only 1.0 has them, as many as fit
};

inline constexpr uint16_t kFragmentsNormal = 0, kFragmentsDrop = 1, kFragmentsReassemble = 2;
inline constexpr uint16_t kConfigInvalidTtl = 4;  // Nicira's, in 1.0: TTLs that run out go to the controller
struct GetConfigRequest {};
struct SwitchConfig {
  uint16_t flags = 0;
  uint16_t miss_send_size = 128;  // bytes of a packet-in
};
struct SetConfig : SwitchConfig {};
struct ConfigReply : SwitchConfig {};

struct BarrierRequest {};
struct BarrierReply {};

enum class Role : uint32_t { kNoChange = 0, kEqual = 1, kMaster = 2, kSlave = 3 };
struct RoleRequest {
  Role role = Role::kNoChange;
  std::optional<uint64_t> generation =
      {};  // of master and slave; 1.0, where the message is Nicira's, has none
};
struct RoleReply {
  Role role = Role::kEqual;
  uint64_t generation = UINT64_MAX;  // UINT64_MAX: none was ever set
};
enum class RoleChange : uint8_t { kMasterRequest = 0, kConfig = 1, kExperimenter = 2 };
struct RoleStatus {  // 1.4
  Role role = Role::kSlave;
  RoleChange reason = RoleChange::kMasterRequest;
  uint64_t generation = UINT64_MAX;
};

// Which reasons are told: bit n is reason n, as 1.4 counts them (PacketInReason, RemovedReason, …).
// An older version's one bit for actions becomes all those of 1.4 that it comprises.
struct AsyncMask {
  std::optional<uint32_t> master = {}, slave = {};  // master: also equal. None: not said, so unchanged
  bool operator==(const AsyncMask&) const = default;
};
struct AsyncConfig {
  AsyncMask packet_in = {}, port_status = {}, flow_removed = {};
  AsyncMask role_status = {}, table_status = {}, request_forward = {};  // 1.4
  bool operator==(const AsyncConfig&) const = default;
};
struct GetAsync {};
struct SetAsync {
  AsyncConfig config = {};
};
struct AsyncReply {
  AsyncConfig config = {};
};

inline constexpr uint16_t kBundleAtomic = 1, kBundleOrdered = 2;
enum class BundleCommand : uint16_t {
  kOpen = 0,
  kOpenReply = 1,
  kClose = 2,
  kCloseReply = 3,
  kCommit = 4,
  kCommitReply = 5,
  kDiscard = 6,
  kDiscardReply = 7,
};
// In 1.3 an extension of the ONF, in 1.4 OpenFlow's own; 1.0 has none.
struct BundleControl {
  uint32_t bundle = 0;
  BundleCommand command = BundleCommand::kOpen;
  uint16_t flags = 0;
};
using BundleControlReply = BundleControl;
using BundledRequest = std::variant<FlowMod, GroupMod, MeterMod, PortMod, TableMod, PacketOut>;
struct BundleAdd {
  uint32_t bundle = 0;
  uint16_t flags = 0;
  BundledRequest request = {};
  std::vector<uint8_t> message = {};  // the request as it came, for the error that its failure makes
};

// 1.4: another controller's change of a group or meter.
struct RequestForward {
  std::variant<GroupMod, MeterMod> request;
};

// Nicira's settings of a connection, in any version.
struct SetFlowFormat {
  bool nicira = false;  // flow-removed messages come in its form
};
struct UseTableIds {
  bool enabled = false;  // 1.0: the commands of FlowMod carry a table (Dialect)
};
struct SetPacketInFormat {
  bool nicira = false;
};
struct SetControllerId {
  uint16_t id = 0;
};

struct DescRequest {};
struct DescReply {
  std::string manufacturer = {}, hardware = {}, software = {};  // cut to 255 bytes
  std::string serial = {};                                      // 31
  std::string datapath = {};                                    // 255
};

}  // namespace flowbed::sw::ofp
