// The network's verbs: what `Network::call` can do besides what switchd answers. One table; the shell's
// commands, help and completion come from it.
#pragma once

#include "core/engine/captures.hh"
#include "core/engine/commands.hh"
#include "core/engine/local_network.hh"

namespace flowbed {

struct VerbContext {
  EventLoop& loop;
  Kernel& kernel;
  Commands& commands;
  Captures& captures;
  Switches& switches;
  LinkFerry& ferry;
  LocalNetwork& network;
  // For `status`:
  std::string name;
  IdMode ids;
  int warden_pid = 0, init_pid = 0;
  TimePoint started;
};

// `context` outlives the table.
void add_measurement_verbs(VerbTable& table, VerbContext& context);  // pingall …, iperf …
void add_edit_verbs(VerbTable& table, VerbContext& context);         // add-host, del-node …, and:
void add_link_verbs(VerbTable& table, VerbContext& context);         // link, add-link, del-link
void add_report_verbs(VerbTable& table, VerbContext& context);       // state, status
void add_operation_verbs(VerbTable& table, VerbContext& context);    // switch, capture …

}  // namespace flowbed
