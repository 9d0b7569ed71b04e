// Pipeline: what OpenFlow programs in one bridge: its tables, groups and meters.
#pragma once

#include "switchd/slowpath/pipeline/flow_tables.hh"
#include "switchd/slowpath/pipeline/group_table.hh"
#include "switchd/slowpath/pipeline/meter_table.hh"

namespace flowbed::sw {

struct Pipeline {
  Pipeline(ClassifierOptions options, FlowTables::Observer observer) : tables(options, std::move(observer)) {}

  FlowTables tables;
  GroupTable groups;
  MeterTable meters;
  // A packet that no rule matches goes to controllers that expect that (OpenFlow 1.0), instead of nowhere.
  bool misses_are_punted = false;
  uint64_t changes = 0;          // of rules, groups and meters, so far
  bool drops_fragments = false;  // ofp_config_flags: OFPC_FRAG_DROP
};

// Throws OfFault if the request cannot be carried out in this pipeline: a table, group or meter that is not
// there, a port that no switch can have, an action that the match does not allow. Checks nothing of what
// `FlowTables`, `GroupTable` and `MeterTable` check themselves.
void check(const FlowMod& mod, const Pipeline& pipeline);
void check(const GroupMod& mod, const Pipeline& pipeline);
void check(const PacketOut& packet_out, const Pipeline& pipeline);

}  // namespace flowbed::sw
