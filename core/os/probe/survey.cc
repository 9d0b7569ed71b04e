#include <exception>

#include "core/os/probe/probes.hh"

namespace flowbed {
namespace {

// A probe that fails itself is a finding, too: the others are told all the same.
Finding run(const Probe& probe) {
  try {
    return probe();
  } catch (const std::exception& fault) {
    return {"a probe", Finding::Status::limited, fault.what(), "nothing is known of what it looks at", ""};
  }
}

ProbeFamily run_all(const char* name, const std::vector<Probe>& probes) {
  ProbeFamily family{name, {}};
  for (const Probe& probe : probes) family.findings.push_back(run(probe));
  return family;
}

}  // namespace

std::vector<ProbeFamily> survey_machine() {
  return {run_all("namespaces", namespace_probes()),
          run_all("ids", id_probes()),
          run_all("switches", datapath_probes()),
          run_all("links", link_probes()),
          run_all("limits of hosts", cgroup_probes()),
          run_all("limits of this machine", limit_probes()),
          run_all("devices and protocols", device_probes()),
          run_all("programs", program_probes())};
}

}  // namespace flowbed
