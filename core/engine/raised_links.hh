// Raised links: the moment between a link's carrier and its first packet.
//
// After the carrier has come, the kernel still drops whatever is sent, and says nothing, until its link watch
// has given the device its queue: a matter of microseconds, or on a busy machine of a tenth of a second. Link
// watch takes devices in the order in which they were raised, so the last link tells for all.
#pragma once

#include <string>
#include <vector>

#include "core/base/event_loop.hh"
#include "core/base/task.hh"
#include "core/os/kernel.hh"
#include "core/topo/plan.hh"
#include "core/topo/topology.hh"

namespace flowbed {

// An interface as Kernel names it: `place` is the node in whose namespace it is, empty for the fabric.
struct KernelInterface {
  std::string place, interface;

  bool operator==(const KernelInterface&) const = default;
};

// The fabric's end last, for the fabric has thousands of interfaces where a host has two: whoever waits for
// both has waited when he comes to it.
std::vector<KernelInterface> ends_of(const Topology& topology, const Link& link);

// The ends of the link that the plan's steps raise last, in a topology `wanted`; empty if they raise none.
std::vector<KernelInterface> last_raised(const Plan& plan, const Topology& wanted);
// The interfaces that are there already and that the plan raises. Before it does, the kernel must have seen
// that they are down, or it would take them for up and sending all the time.
std::vector<KernelInterface> raised_again(const Plan& plan);

// Returns when the kernel has drawn its conclusions from the carriers of all of them, or after a second.
Task<void> wait_until_settled(EventLoop& loop, Kernel& kernel, std::vector<KernelInterface> interfaces);

}  // namespace flowbed
