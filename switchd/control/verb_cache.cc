#include "switchd/control/verb_cache.hh"

#include <algorithm>
#include <map>

#include "switchd/flow/match_format.hh"

namespace flowbed::sw {
namespace {

// More would hold up packets while they are written down, and nobody reads them.
constexpr size_t kMaxFlowsShown = 1000;
constexpr size_t kMaxActionsShown = 16;

struct ShownFlow {
  FlowKey key;
  FlowMask mask;
  std::string actions;
  FlowStatistics statistics;
};

struct MaskUse {
  size_t flows = 0;
  uint64_t hits = 0;
};

struct Collected {
  std::vector<ShownFlow> flows;
  std::map<std::string, MaskUse> masks;
  size_t flow_count = 0;
  uint64_t emc_entries = 0;
  size_t in_kernel = 0;
};

Collected collect(const SlowPath& slow_path, const Bridge& bridge) {
  const PortNamer namer = [&](PortNo port) { return slow_path.bridges().port_name(port); };
  Collected all;
  slow_path.datapath().dump_flows([&](const FlowView& flow) {
    if (!slow_path.flows().passes(flow.id, bridge)) return;
    MaskUse& use = all.masks[format_mask(flow.key, flow.mask)];
    use.flows++;
    use.hits += flow.megaflow_hits;
    all.flow_count++;
    all.emc_entries += flow.emc_entries;
    all.in_kernel += flow.in_kernel;
    if (all.flows.size() >= kMaxFlowsShown) return;
    all.flows.push_back({flow.key, flow.mask,
                         format_actions(flow.actions, namer, kMaxActionsShown, &flow.key), flow.statistics});
  });
  std::ranges::sort(all.flows, std::greater(), [](const ShownFlow& f) { return f.statistics.packets; });
  return all;
}

Json masks_to_json(const std::map<std::string, MaskUse>& masks) {
  Json all = Json::array();
  for (const auto& [mask, use] : masks)
    all.push_back({{"mask", mask}, {"flows", use.flows}, {"hits", use.hits}});
  return all;
}

Json flows_to_json(const SlowPath& slow_path, const std::vector<ShownFlow>& flows, TimePoint now) {
  const PortNamer namer = [&](PortNo port) { return slow_path.bridges().port_name(port); };
  Json all = Json::array();
  for (const ShownFlow& flow : flows) {
    all.push_back({{"match", format_match(flow.key, flow.mask, namer)},
                   {"actions", flow.actions},
                   {"packets", flow.statistics.packets},
                   {"bytes", flow.statistics.bytes},
                   {"idle_s", to_seconds(now - flow.statistics.used)}});
  }
  return all;
}

}  // namespace

Json describe_cache(SlowPath& slow_path, const Bridge& bridge, TimePoint now) {
  PortStatistics sum;
  for (const auto& port : bridge.ports) {
    const PortStatistics statistics = slow_path.datapath().port_statistics(port->number);
    sum.emc_hits += statistics.emc_hits;
    sum.megaflow_hits += statistics.megaflow_hits;
    sum.upcalls += statistics.upcalls;
    sum.kernel_hits += statistics.kernel_hits;
  }
  const Collected collected = collect(slow_path, bridge);
  const uint64_t came_here = sum.emc_hits + sum.megaflow_hits + sum.upcalls;
  Json answer = {{"switch", bridge.config.name},
                 {"datapath", slow_path.datapath().kind()},
                 {"emc",
                  {{"entries", collected.emc_entries},
                   {"hits", sum.emc_hits},
                   {"misses", sum.megaflow_hits + sum.upcalls}}},
                 {"megaflows",
                  {{"entries", collected.flow_count}, {"hits", sum.megaflow_hits}, {"misses", sum.upcalls}}},
                 {"upcalls", sum.upcalls},
                 {"lost", slow_path.lost_packets()},
                 {"masks", masks_to_json(collected.masks)},
                 {"flows", flows_to_json(slow_path, collected.flows, now)},
                 {"flows_not_shown", collected.flow_count - collected.flows.size()}};
  if (slow_path.datapath().kind() != "userspace")
    answer["kernel"] = {{"entries", collected.in_kernel}, {"hits", sum.kernel_hits}, {"misses", came_here}};
  return answer;
}

}  // namespace flowbed::sw
