// StepExecutor: carries out the steps of a plan, one at a time, and records each as it succeeds.
#pragma once

#include "core/engine/commands.hh"
#include "core/engine/switches.hh"
#include "core/os/kernel.hh"
#include "core/topo/plan.hh"

namespace flowbed {

class StepExecutor {
 public:
  // `commands` may be null (tests without processes).
  StepExecutor(Kernel& kernel, Switches& switches, Commands* commands, Inventory& inventory)
      : kernel_(kernel), switches_(switches), commands_(commands), inventory_(inventory) {}

  // Throws Error; then the step has had no effect and is not recorded.
  Task<void> run(Step step);

 private:
  void run_in_kernel(const Step& step);
  BridgeState with_ifindexes(const BridgeConfig& config) const;

  Kernel& kernel_;
  Switches& switches_;
  Commands* commands_;
  Inventory& inventory_;
};

}  // namespace flowbed
