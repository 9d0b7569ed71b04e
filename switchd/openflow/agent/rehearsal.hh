// Rehearsal: makes the changes of a bundle on a copy of the bridge's tables, to know whether they can be
// made.
//
// What succeeds here, in this order, succeeds there; what fails has changed nothing anywhere. Only what the
// changes concern is copied: tables that they name, and all, once a rule with delete_learned may be among
// what changes, for what goes with such a rule depends on who else teaches it. Counters and caches are no
// part.
#pragma once

#include <array>

#include "switchd/openflow/agent/packet_buffers.hh"
#include "switchd/openflow/messages.hh"
#include "switchd/slowpath/bridge.hh"

namespace flowbed::sw::ofp {

class Rehearsal {
 public:
  // Both stay as they are while this exists.
  Rehearsal(const Bridge& bridge, const PacketBuffers& buffers);

  // Throws OfFault: what the change would fail by.
  void make(const BundledRequest& change, TimePoint now);

 private:
  void make_one(const FlowMod& mod, TimePoint now);
  void make_one(const GroupMod& mod, TimePoint now);
  void make_one(const MeterMod& mod, TimePoint now);
  void make_one(const PortMod& mod, TimePoint now);
  void make_one(const TableMod& mod, TimePoint now);
  void make_one(const PacketOut& packet_out, TimePoint now);

  void copy_table(uint8_t table);      // kTableAll: every one
  bool copy_one_table(uint8_t table);  // whether one of its rules has delete_learned
  void take_buffer(uint32_t number);

  const Bridge& bridge_;
  const PacketBuffers& buffers_;
  std::optional<PacketBuffers> left_buffers_;
  Pipeline pipeline_;
  std::array<bool, FlowTables::kTables> is_copied_{};
};

}  // namespace flowbed::sw::ofp
