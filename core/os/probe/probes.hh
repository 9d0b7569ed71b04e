// The probes behind `flowbed doctor`, a file for each family. None changes the machine; see attempt.hh.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/os/probe/finding.hh"

namespace flowbed {

using Probe = std::function<Finding()>;

std::vector<Probe> namespace_probes();  // kernel release, namespaces, mounts inside them
std::vector<Probe> id_probes();         // whose ids hosts see; see core/os/user_namespace.hh
std::vector<Probe> datapath_probes();   // packet sockets, nftables, eBPF
std::vector<Probe> link_probes();       // veth, qdiscs
std::vector<Probe> cgroup_probes();     // limits of hosts
std::vector<Probe> device_probes();     // TUN, SR-IOV, congestion controls
std::vector<Probe> limit_probes();      // descriptors, processes, namespaces, neighbours
std::vector<Probe> program_probes();    // what verbs and commands run

// All of them, in the order of a report.
struct ProbeFamily {
  std::string name;
  std::vector<Finding> findings;
};
std::vector<ProbeFamily> survey_machine();

}  // namespace flowbed
