#include "core/os/linux_kernel.hh"
#include "core/os/probe/attempt.hh"
#include "core/os/probe/probes.hh"
#include "core/os/qdiscs.hh"

namespace flowbed {
namespace {

using enum Finding::Status;

constexpr const char* kInterface = "probe0";

// In namespaces of its own, which take the pair with them.
void make_veth_pair() {
  enter_private_namespaces();
  LinuxKernel kernel;
  kernel.create_veth({"", kInterface, "", MacAddress::from_uint64(0x020000000001), 1500, true},
                     {"", "probe1", "", MacAddress::from_uint64(0x020000000002), 1500, true});
}

Finding probe_veth() {
  Finding f{"veth", ok, "works", "links are veth pairs", "", true};
  const Outcome outcome = attempt([] {
    make_veth_pair();
    return "";
  });
  if (outcome.worked) return f;
  return {f.check,
          missing,
          outcome.text,
          "no links can be made",
          "use a kernel with veth (as root: modprobe veth)",
          true};
}

Finding probe_netem() {
  const Outcome outcome = attempt([] {
    enter_private_namespaces();
    RouteSocket socket;
    return try_netem(socket).takes_seed ? "seeded" : "";
  });
  if (!outcome.worked)
    return {"netem", missing, outcome.text, "links are emulated by Flowbed's own ferry",
            "as root: modprobe sch_netem, if the kernel has that module"};
  if (outcome.text.empty())
    return {
        "netem", ok, "works, but takes no seed",
        "links with delay and rate are emulated by the kernel, those with loss and others by Flowbed's ferry",
        ""};
  return {"netem", ok, "works, and takes a seed",
          "links with delay, rate and loss are emulated by the kernel, others by Flowbed's ferry", ""};
}

}  // namespace

std::vector<Probe> link_probes() { return {probe_veth, probe_netem}; }

}  // namespace flowbed
