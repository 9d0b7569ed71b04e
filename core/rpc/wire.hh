// The JSON forms of what crosses a control socket between RemoteNetwork and Server.
//
// Requests (JSON-RPC 2.0; descriptors ride along, see core/base/channel.hh):
//   hello {}                                   → {name, verbs, warnings}
//   topology {}                                → the topology's JSON
//   apply {topology, dry_run}                  → {steps, seconds, tree_seconds?}
//   start_command {node, argv, …} + descriptors → {id, pid} + pidfd
//   signal_command {id, signal}                → {}
//   call {verb, params}                        → the verb's result
//   detach {}, stop {}                         → {}
// Notifications to the client: event {event, …} (see network.hh); failed {message}: the engine could not
// start.
#pragma once

#include "core/rpc/network.hh"

namespace flowbed {

Json to_wire(const CommandRequest& request);  // without its descriptors
CommandRequest command_from_wire(const Json& json, std::vector<FileDescriptor> fds);
Topology topology_from_wire(const Json& json);  // throws Error listing all faults

}  // namespace flowbed
