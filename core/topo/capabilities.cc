#include <algorithm>

#include "core/base/suggest.hh"
#include "core/topo/link_schedule.hh"
#include "core/topo/plan.hh"

namespace flowbed {
namespace {

// What `node` asks for and the machine cannot give.
class LimitCheck {
 public:
  LimitCheck(const Node& node, size_t index, const LimitCapabilities& can, std::vector<Fault>& faults)
      : limits_(node.limits), place_("nodes[" + std::to_string(index) + "]."), can_(can), faults_(faults) {}

  void run() {
    if (limits_.cpu && !can_.cpu) lacks("cpu", "limit the CPU time of hosts");
    if (limits_.memory && !can_.memory) lacks("memory", "limit the memory of hosts");
    if (limits_.sched == Scheduling::rt && !can_.realtime)
      fault("sched",
            "real-time hosts need root, control groups of version 1 and a kernel with CONFIG_RT_GROUP_SCHED, "
            "which this machine does not offer; use \"cfs\"");
    if (limits_.cores.empty()) return;
    if (!can_.cores) return lacks("cores", "limit on which processors hosts run");
    check_processors();
  }

 private:
  void fault(const char* member, std::string message) {
    faults_.push_back({place_ + member, std::move(message)});
  }

  void lacks(const char* member, const std::string& what) {
    fault(member,
          "this machine does not let Flowbed " + what + ": " + can_.why_not + "; or remove the limit");
  }

  void check_processors() {
    for (const uint16_t cpu : limits_.cores) {
      if (can_.processors.empty() || std::binary_search(can_.processors.begin(), can_.processors.end(), cpu))
        continue;
      fault("cores", "there is no processor " + std::to_string(cpu) + "; this machine has " +
                         format_cpu_list(can_.processors));
    }
  }

  const HostLimits& limits_;
  const std::string place_;
  const LimitCapabilities& can_;
  std::vector<Fault>& faults_;
};

// Only the kernel shall emulate links: what it cannot do is a fault.
void check_qdiscs(const Topology& topology, const QdiscCapabilities& can, std::vector<Fault>& faults) {
  for (size_t i = 0; i < topology.links.size(); i++) {
    if (!is_ever_shaped(topology.links[i])) continue;
    const std::string why_not = why_not_by_qdiscs(topology.links[i], can);
    if (why_not.empty()) continue;
    faults.push_back({"links[" + std::to_string(i) + "]",
                      "qdiscs shall emulate all links, and cannot this one: " + why_not +
                          "; use --link-backend auto, or \"link_backend\": \"auto\" in the file"});
  }
}

}  // namespace

bool uses_qdiscs(const Topology& topology) {
  return topology.options.link_backend != LinkBackend::ferry &&
         std::ranges::any_of(topology.links, is_ever_shaped);
}

bool limits_hosts(const Topology& topology) {
  return std::any_of(topology.nodes.begin(), topology.nodes.end(),
                     [](const Node& node) { return !node.limits.is_none(); });
}

std::vector<Fault> check_capabilities(const Topology& topology, const Capabilities& capabilities) {
  std::vector<Fault> faults;
  if (topology.options.ipv6 && !capabilities.ipv6) {
    faults.push_back({"options.ipv6", "this machine's kernel has no IPv6; set it to false"});
  }
  for (size_t i = 0; i < topology.nodes.size(); i++) {
    LimitCheck(topology.nodes[i], i, capabilities.limits, faults).run();
  }
  if (topology.options.link_backend == LinkBackend::qdisc)
    check_qdiscs(topology, capabilities.qdiscs, faults);
  return faults;
}

}  // namespace flowbed
