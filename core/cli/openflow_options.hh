// What --controller, --switch and --listenport say of OpenFlow.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/topo/topology.hh"

namespace flowbed {

struct OpenFlowOptions {
  std::optional<std::vector<Node>> controllers;  // instead of the topology's, of all switches
  std::string fail_mode;                         // of all switches; empty: as the topology says
  std::vector<std::string> protocols;            // likewise
  std::string listen_protocol;                   // likewise
  TlsFiles tls;                                  // in place of the topology's; see with_openflow
  FlowExports exports;                           // of all switches, those that are on
  std::optional<uint16_t> listen_port;           // of the first switch; the next has the next one
};

// One value of --controller: "none", "remote[,ip=ADDRESS][,port=PORT][,protocol=ssl]", "ref[,port=PORT]",
// "default". Adds to `options`. Throws Error: not a controller, not an argument of it, or "ref" where there
// is none.
void add_controller(OpenFlowOptions& options, const std::string& value);

// An argument of --switch: "protocols=OpenFlow13", "failMode=secure", "listenProtocol=ssl",
// "sflow=10.0.0.9,sampling=64". False: it is none of these. Throws Error on a wrong value.
bool take_switch_argument(OpenFlowOptions& options, const std::string& argument);

// Files of TLS that are named on the command line are those of the working directory.
Topology with_openflow(Topology topology, const OpenFlowOptions& options);

}  // namespace flowbed
