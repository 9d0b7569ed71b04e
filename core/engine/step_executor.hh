// StepExecutor: carries out the steps of a plan, one at a time, and records each as it succeeds.
#pragma once

#include <functional>
#include <string>

#include "core/engine/host_limiter.hh"
#include "core/engine/link_ferry.hh"
#include "core/engine/switches.hh"
#include "core/os/kernel.hh"
#include "core/topo/plan.hh"

namespace flowbed {

class StepExecutor {
 public:
  // `on_node_leaves` is called before a node's namespace goes; it may be empty. `limiter` may be null: then
  // no host can be limited.
  using NodeHook = std::function<void(const std::string& node)>;
  StepExecutor(Kernel& kernel, Switches& switches, LinkFerry& ferry, HostLimiter* limiter,
               NodeHook on_node_leaves, Inventory& inventory)
      : kernel_(kernel),
        switches_(switches),
        ferry_(ferry),
        limiter_(limiter),
        on_node_leaves_(std::move(on_node_leaves)),
        inventory_(inventory) {}

  // Steps of the first kind wait for switchd or the ferry, the others are done at once; a plan of thousands
  // that awaited each would need that much stack where the compiler does not turn tail calls into jumps.
  static bool is_told(const Step& step);
  // Both throw Error; then the step has had no effect and is not recorded.
  Task<void> tell(Step step);
  void run_in_kernel(const Step& step);

 private:
  void limit_host(const step::LimitHost& step);
  BridgeState with_ifindexes(const BridgeConfig& config) const;
  FerryLinkState with_ifindexes(const FerryLink& link) const;

  Kernel& kernel_;
  Switches& switches_;
  LinkFerry& ferry_;
  HostLimiter* limiter_;
  NodeHook on_node_leaves_;
  Inventory& inventory_;
};

}  // namespace flowbed
