#include "switchd/openflow/agent/session.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr uint32_t bits(auto... reasons) { return ((1u << static_cast<unsigned>(reasons)) | ...); }

constexpr uint32_t kAllPorts = bits(PortChange::kAdd, PortChange::kDelete, PortChange::kModify);
constexpr uint32_t kAllRemovals =
    bits(RemovedReason::kIdleTimeout, RemovedReason::kHardTimeout, RemovedReason::kDelete,
         RemovedReason::kGroupDelete, RemovedReason::kMeterDelete, RemovedReason::kEviction);
// An invalid TTL only on demand.
constexpr uint32_t kPackets =
    bits(PacketInReason::kTableMiss, PacketInReason::kApplyAction, PacketInReason::kActionSet,
         PacketInReason::kGroup, PacketInReason::kPacketOut);
constexpr uint32_t kAllRoles =
    bits(RoleChange::kMasterRequest, RoleChange::kConfig, RoleChange::kExperimenter);
constexpr uint32_t kAllVacancies = bits(VacancyChange::kDown, VacancyChange::kUp);

constexpr AsyncMask AsyncConfig::*kMasks[] = {&AsyncConfig::packet_in,    &AsyncConfig::port_status,
                                              &AsyncConfig::flow_removed, &AsyncConfig::role_status,
                                              &AsyncConfig::table_status, &AsyncConfig::request_forward};

}  // namespace

// A role's status concerns who has lost it, and is then a slave.
AsyncConfig default_async() {
  return {.packet_in = {.master = kPackets, .slave = 0},
          .port_status = {.master = kAllPorts, .slave = kAllPorts},
          .flow_removed = {.master = kAllRemovals, .slave = 0},
          .role_status = {.master = kAllRoles, .slave = kAllRoles},
          .table_status = {.master = kAllVacancies, .slave = 0},
          .request_forward = {.master = 0, .slave = 0}};
}

void merge(const AsyncConfig& change, AsyncConfig& config) {
  for (const auto mask : kMasks) {
    const AsyncMask& wanted = change.*mask;
    if (wanted.master) (config.*mask).master = wanted.master;
    if (wanted.slave) (config.*mask).slave = wanted.slave;
  }
}

bool Session::wants(const AsyncMask AsyncConfig::*mask, unsigned reason) const {
  const AsyncMask& wanted = async.*mask;
  return (is_slave() ? wanted.slave : wanted.master).value_or(0) >> reason & 1;
}

}  // namespace flowbed::sw::ofp
